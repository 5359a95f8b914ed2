"""What of an object's header may be written to disk: technique, geometry, display, UIDs and times (PS3.15 annex E).

A list of what stays, where the basic profile lists what goes: an element that nobody thought of is dropped. And of what
stays, only values of a form that cannot hold who the patient is: UIDs, moments, numbers below 100,000 and words of a
closed list. No free text, so no name, however it came there; no code of somebody's own; nothing private.
"""

UIDS = "SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID IrradiationEventUID".split()

MOMENTS = {
    "DA": "AcquisitionDate ContentDate StudyDate".split(),
    "TM": "AcquisitionTime ContentTime StudyTime".split(),
    "DT": ["AcquisitionDateTime"],
}

WHOLE_NUMBERS = (
    "SamplesPerPixel Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation SmallestImagePixelValue "
    "LargestImagePixelValue PixelPaddingValue PixelPaddingRangeLimit ShutterPresentationValue "
    "PixelIntensityRelationshipSign"
).split()
"""US, SS, or either."""

INTEGERS = (
    "InstanceNumber AcquisitionNumber NumberOfFrames PixelAspectRatio ExposureTime Exposure XRayTubeCurrent "
    "ShutterLeftVerticalEdge ShutterRightVerticalEdge ShutterUpperHorizontalEdge ShutterLowerHorizontalEdge "
    "CenterOfCircularShutter RadiusOfCircularShutter VerticesOfThePolygonalShutter"
).split()
"""IS."""

DECIMALS = (
    "WindowCenter WindowWidth RescaleIntercept RescaleSlope PixelSpacing ImagerPixelSpacing NominalScannedPixelSpacing "
    "EstimatedRadiographicMagnificationFactor KVP DistanceSourceToDetector DistanceSourceToPatient ExposureIndex "
    "TargetExposureIndex DeviationIndex ImageAndFluoroscopyAreaDoseProduct BodyPartThickness CompressionForce "
    "PositionerPrimaryAngle PositionerSecondaryAngle FieldOfViewRotation FocalSpots OrganDose EntranceDoseInmGy"
).split()
"""DS."""

_DIRECTIONS = frozenset("A P L R F H".split())
TERMS: dict[str, frozenset[str]] = {
    "Modality": frozenset("CR DX MG IO PX RF XA".split()),
    "ImageType": frozenset("ORIGINAL DERIVED PRIMARY".split()),
    "PresentationIntentType": frozenset(("FOR PRESENTATION", "FOR PROCESSING")),
    "PhotometricInterpretation": frozenset(("MONOCHROME1", "MONOCHROME2")),
    "PresentationLUTShape": frozenset(("IDENTITY", "INVERSE")),
    "VOILUTFunction": frozenset(("LINEAR", "LINEAR_EXACT", "SIGMOID")),
    "ModalityLUTType": frozenset(("OD", "HU", "US")),
    "RescaleType": frozenset(("OD", "HU", "US")),
    "PixelIntensityRelationship": frozenset(("LIN", "LOG", "DISP")),
    "ShutterShape": frozenset(("RECTANGULAR", "CIRCULAR", "POLYGONAL")),
    "LossyImageCompression": frozenset(("00", "01")),
    "BurnedInAnnotation": frozenset(("NO",)),
    "RecognizableVisualFeatures": frozenset(("NO",)),
    "ViewPosition": frozenset("AP PA LL RL RLD LLD RLO LLO LATERAL CC MLO ML LM LMO XCCL XCCM FB SIO ISO".split()),
    "ImageLaterality": frozenset("L R U B".split()),
    "Laterality": frozenset("L R".split()),
    "PatientOrientation": _DIRECTIONS | {one + other for one in _DIRECTIONS for other in _DIRECTIONS},
    "FieldOfViewHorizontalFlip": frozenset(("YES", "NO")),
}
"""CS, with the words that each may hold."""

LUTS = ("ModalityLUTSequence", "VOILUTSequence")
"""Of their items the table itself is kept (LUT Descriptor, LUT Data), and what it gives."""

MAGNITUDE = 100_000
"""Patient numbers are longer."""
MOST_VALUES = 512
"""Of one element: the corners of a polygonal shutter."""
