# Generated from a schema diff on 2026-11-21 21:43.
from peewee import *
from iqs_tui.store.fields import UtcField

DOSE_COLUMNS = (
    *('room', 'modality', 'acquired_at', 'received_at', 'is_derived', 'is_counted', 'is_quality_control'),
    *('device_id', 'study_uid', 'exposure_uid', 'procedure', 'protocol', 'view', 'operator', 'event_type'),
    *('dap_gym2', 'agd_mgy', 'ctdivol_mgy', 'dlp_mgycm', 'phantom_cm', 'thickness_mm', 'implausible'),
)

PATIENT_COLUMNS = (
    *('room', 'modality', 'started_at', 'received_at', 'study_uid', 'device_id'),
    *('patient_key', 'age_years', 'weight_kg', 'length_m', 'procedure'),
)

def up(migrator, db):
    class DocumentVersion(Model):
        kind = TextField()
        version = IntegerField()
        source = TextField()
        body = TextField()
        installed_by = TextField(null=True)
        note = TextField(null=True)
        installed_at = UtcField()
        class Meta:
            database = db
            table_name = 'document_version'
            primary_key = CompositeKey('kind', 'version')
    db.create_tables([DocumentVersion])

    migrator.migrate(migrator.add_column('device', 'said', JSONField(null=True)))
    migrator.migrate(migrator.add_column('dose_report', 'fluoro_time_total_s', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('dose_report', 'sop_class_uid', TextField(null=True)))
    migrator.migrate(migrator.add_column('dose_report', 'said', JSONField(null=True)))
    migrator.migrate(migrator.add_column('dose_report', 'image_events', JSONField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'weight_kg', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'length_m', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'fluoro_time_total_s', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'image_facts', JSONField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'tube_current_ma', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'exposure_time_ms', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'source_detector_mm', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'grid', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'exposure_control', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'thickness_mm', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'compression_n', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'ssde_mgy', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'dose_check', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'detector_id', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'software_versions', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'implausible', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'is_counted', BooleanField(default=True)))
    migrator.migrate(migrator.add_column('exposure', 'same_as', TextField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'origin', JSONField(null=True)))
    migrator.migrate(migrator.add_column('procedure_step', 'fluoro_time_total_s', DoubleField(null=True)))
    if not isinstance(db, PostgresqlDatabase):  # whose indices hold no row above 2.7 kB
        migrator.migrate(migrator.drop_index('exposure', 'exposure_room_modality_acquired_at'))
        migrator.migrate(migrator.add_index('exposure', DOSE_COLUMNS, False))
        migrator.migrate(migrator.drop_index('examination', 'examination_room_modality_started_at'))
        migrator.migrate(migrator.add_index('examination', PATIENT_COLUMNS, False))


def down(migrator, db):
    if not isinstance(db, PostgresqlDatabase):
        for table, columns in (('exposure', DOSE_COLUMNS), ('examination', PATIENT_COLUMNS)):
            name = next(index.name for index in db.get_indexes(table) if tuple(index.columns) == columns)
            migrator.migrate(migrator.drop_index(table, name))
            migrator.migrate(migrator.add_index(table, columns[:3], False))
    migrator.migrate(migrator.drop_column('procedure_step', 'fluoro_time_total_s'))
    migrator.migrate(migrator.drop_column('exposure', 'origin'))
    migrator.migrate(migrator.drop_column('exposure', 'same_as'))
    migrator.migrate(migrator.drop_column('exposure', 'is_counted'))
    migrator.migrate(migrator.drop_column('exposure', 'implausible'))
    migrator.migrate(migrator.drop_column('exposure', 'software_versions'))
    migrator.migrate(migrator.drop_column('exposure', 'detector_id'))
    migrator.migrate(migrator.drop_column('exposure', 'dose_check'))
    migrator.migrate(migrator.drop_column('exposure', 'ssde_mgy'))
    migrator.migrate(migrator.drop_column('exposure', 'compression_n'))
    migrator.migrate(migrator.drop_column('exposure', 'thickness_mm'))
    migrator.migrate(migrator.drop_column('exposure', 'exposure_control'))
    migrator.migrate(migrator.drop_column('exposure', 'grid'))
    migrator.migrate(migrator.drop_column('exposure', 'source_detector_mm'))
    migrator.migrate(migrator.drop_column('exposure', 'exposure_time_ms'))
    migrator.migrate(migrator.drop_column('exposure', 'tube_current_ma'))
    migrator.migrate(migrator.drop_column('examination', 'image_facts'))
    migrator.migrate(migrator.drop_column('examination', 'fluoro_time_total_s'))
    migrator.migrate(migrator.drop_column('examination', 'length_m'))
    migrator.migrate(migrator.drop_column('examination', 'weight_kg'))
    migrator.migrate(migrator.drop_column('dose_report', 'image_events'))
    migrator.migrate(migrator.drop_column('dose_report', 'said'))
    migrator.migrate(migrator.drop_column('dose_report', 'sop_class_uid'))
    migrator.migrate(migrator.drop_column('dose_report', 'fluoro_time_total_s'))
    migrator.migrate(migrator.drop_column('device', 'said'))
    migrator.migrate(migrator.drop_table('document_version'))
