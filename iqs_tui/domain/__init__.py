"""The rules: pure functions and frozen records. No I/O, no database, no DICOM library, no Textual."""
