# Generated from a schema diff on 2026-11-21 21:25.
from peewee import *
from iqs_tui.store.fields import UtcField

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

    migrator.migrate(migrator.add_column('dose_report', 'fluoro_time_total_s', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'weight_kg', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'length_m', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('examination', 'fluoro_time_total_s', DoubleField(null=True)))
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
    migrator.migrate(migrator.add_column('procedure_step', 'fluoro_time_total_s', DoubleField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column('procedure_step', 'fluoro_time_total_s'))
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
    migrator.migrate(migrator.drop_column('examination', 'fluoro_time_total_s'))
    migrator.migrate(migrator.drop_column('examination', 'length_m'))
    migrator.migrate(migrator.drop_column('examination', 'weight_kg'))
    migrator.migrate(migrator.drop_column('dose_report', 'fluoro_time_total_s'))
    migrator.migrate(migrator.drop_table('document_version'))
