"""All that knows DICOM: takes messages in as `domain.records`, talks to PACS and worklist."""
