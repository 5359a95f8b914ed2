"""The two faces in Textual: the kiosk at the modality and the application manager's."""
