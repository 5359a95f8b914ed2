# Retakes: what a signal rests on, what a case counts as, previews and kept objects, notes to write, lessons.
from peewee import *
from iqs_tui.store.fields import UtcField


def up(migrator, db):
    class Correction(Model):
        id = AutoField()
        case_id = TextField(index=True)
        at = UtcField()
        by = TextField()
        before_code = TextField(null=True)
        after_code = TextField(null=True)
        why = TextField()
        class Meta:
            database = db
            table_name = 'correction'

    class Settling(Model):
        study_uid = TextField(primary_key=True)
        room = TextField(null=True)
        due_at = UtcField(index=True)
        class Meta:
            database = db
            table_name = 'settling'

    class DeviceClock(Model):
        device_id = TextField(primary_key=True)
        samples = JSONField()
        updated_at = UtcField(index=True)
        class Meta:
            database = db
            table_name = 'device_clock'

    class Preview(Model):
        instance_uid = TextField(primary_key=True)
        state = TextField()
        why = TextField(null=True)
        width = IntegerField(null=True)
        height = IntegerField(null=True)
        received_at = UtcField(index=True)
        made_at = UtcField(null=True)
        picture = BlobField(null=True)
        class Meta:
            database = db
            table_name = 'preview'
            indexes = ((('state', 'received_at'), False),)

    class KeptObject(Model):
        instance_uid = TextField(primary_key=True)
        path = TextField()
        size_bytes = BigIntegerField()
        room = TextField(null=True)
        received_at = UtcField(index=True)
        class Meta:
            database = db
            table_name = 'kept_object'

    class OutgoingNote(Model):
        case_id = TextField(primary_key=True)
        instance_uid = TextField(null=True)
        state = TextField()
        tries = IntegerField(default=0)
        due_at = UtcField(index=True)
        error = TextField(null=True)
        created_at = UtcField()
        sent_at = UtcField(null=True)
        class Meta:
            database = db
            table_name = 'outgoing_note'

    class Lesson(Model):
        lesson_id = TextField(primary_key=True)
        title = TextField()
        created_by = TextField()
        created_at = UtcField()
        updated_at = UtcField()
        class Meta:
            database = db
            table_name = 'lesson'

    class LessonCase(Model):
        lesson_id = TextField(index=True)
        case_id = TextField(index=True)
        position = IntegerField()
        remark = TextField(null=True)
        added_by = TextField()
        added_at = UtcField()
        class Meta:
            database = db
            table_name = 'lesson_case'
            primary_key = CompositeKey('lesson_id', 'case_id')

    db.create_tables([Correction, Settling, DeviceClock, Preview, KeptObject, OutgoingNote, Lesson, LessonCase])

    migrator.migrate(migrator.add_column('signal', 'said_at', UtcField(null=True)))
    migrator.migrate(migrator.add_column('signal', 'title', TextField(null=True)))
    migrator.migrate(migrator.add_column('signal', 'about', JSONField(null=True)))
    migrator.migrate(migrator.add_column('retake_case', 'counts_as', TextField(default='reject')))
    migrator.migrate(migrator.add_column('retake_case', 'confidence', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('retake_case', 'at_prompt', BooleanField(default=False)))
    migrator.migrate(migrator.add_column('instance', 'view_modifier_code', TextField(null=True)))
    migrator.migrate(migrator.add_column('instance', 'protocol_code', TextField(null=True)))
    migrator.migrate(migrator.add_column('instance', 'processing_description', TextField(null=True)))
    migrator.migrate(migrator.add_column('instance', 'series_description', TextField(null=True)))
    migrator.migrate(migrator.add_column('instance', 'source_events', JSONField(null=True)))
    migrator.migrate(migrator.add_column('instance', 'rejected_by', JSONField(null=True)))
    migrator.migrate(migrator.add_column('instance', 'slice_mm', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('dose_report', 'flags', JSONField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'scan_low_mm', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'scan_high_mm', DoubleField(null=True)))
    migrator.migrate(migrator.add_column('exposure', 'is_unsure', BooleanField(default=False)))
    db.execute_sql('CREATE INDEX exposure_unsure ON exposure (received_at, room) WHERE is_unsure = TRUE')
    migrator.migrate(migrator.add_index('retake_case', ('room', 'detected_at'), False))
    db.execute_sql(
        'CREATE INDEX exposure_unreported ON exposure (room, acquired_at, received_at, is_derived, is_counted,'
        ' is_quality_control, device_id, event_type) WHERE report_facts IS NULL'
    )
    db.execute_sql("CREATE INDEX signal_key ON signal (room, at) WHERE kind = 'key'")
    true = 'TRUE' if isinstance(db, PostgresqlDatabase) else '1'
    db.execute_sql("UPDATE retake_case SET counts_as = 'repeat' WHERE is_question = %s" % true)
    db.execute_sql("UPDATE retake_case SET at_prompt = %s WHERE keys > 0 AND answered_at IS NOT NULL AND answered_by <> 'note'" % true)



def down(migrator, db):
    db.execute_sql('DROP INDEX exposure_unsure')
    db.execute_sql('DROP INDEX exposure_unreported')
    db.execute_sql('DROP INDEX signal_key')
    migrator.migrate(migrator.drop_index('retake_case', 'retake_case_room_detected_at'))
    added = {
        'signal': ('said_at', 'title', 'about'),
        'retake_case': ('counts_as', 'confidence', 'at_prompt'),
        'instance': ('view_modifier_code', 'protocol_code', 'processing_description', 'series_description', 'source_events', 'rejected_by', 'slice_mm'),
        'dose_report': ('flags',),
        'exposure': ('scan_low_mm', 'scan_high_mm', 'is_unsure'),
    }
    for table, columns in added.items():
        for column in columns:
            migrator.migrate(migrator.drop_column(table, column))
    for table in ('correction', 'settling', 'device_clock', 'preview', 'kept_object', 'outgoing_note', 'lesson', 'lesson_case'):
        migrator.migrate(migrator.drop_table(table))
