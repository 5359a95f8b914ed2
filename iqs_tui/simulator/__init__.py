"""The pretend modality: real DICOM over real associations, for demo, training and tests."""
