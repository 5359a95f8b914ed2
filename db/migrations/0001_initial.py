# Generated from a schema diff on 2026-11-21 20:14.
from peewee import *
from iqs_tui.store.fields import UtcField

def up(migrator, db):
    class AssociationLog(Model):
        ae_title = TextField(index=True)
        host = TextField()
        room = TextField(null=True)
        device_id = TextField(null=True)
        opened_at = UtcField(index=True)
        closed_at = UtcField(null=True)
        n_objects = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'association'
    db.create_tables([AssociationLog])

    class Audit(Model):
        seq = AutoField()
        at = UtcField()
        actor = TextField()
        action = TextField()
        subject = TextField(null=True)
        detail = JSONField(null=True)
        previous_hash = TextField()
        row_hash = TextField()
        class Meta:
            database = db
            table_name = 'audit'
    db.create_tables([Audit])

    class Case(Model):
        case_id = TextField(primary_key=True)
        room = TextField(null=True)
        device_id = TextField(null=True)
        study_uid = TextField(index=True, null=True)
        exposure_uid = TextField(index=True, null=True)
        instance_uids = JSONField()
        signals = JSONField()
        is_question = BooleanField(default=False)
        state = TextField(default='open')
        reason_code = TextField(null=True)
        reason_label = TextField(null=True)
        cid7011_code = TextField(null=True)
        detail = TextField(null=True)
        procedure = TextField(null=True)
        view = TextField(null=True)
        laterality = TextField(null=True)
        operator = TextField(null=True)
        answered_by = TextField(null=True)
        acquired_at = UtcField(null=True)
        detected_at = UtcField()
        answered_at = UtcField(null=True)
        shown_at = UtcField(null=True)
        first_key_at = UtcField(null=True)
        keys = IntegerField(default=0)
        deferred = IntegerField(default=0)
        deferred_until = UtcField(null=True)
        updated_at = UtcField()
        class Meta:
            database = db
            table_name = 'retake_case'
            indexes = ((('state', 'room', 'detected_at'), False),)
    db.create_tables([Case])

    class ConflictingEvent(Model):
        event_id = TextField()
        kiosk_id = TextField(index=True)
        epoch = TextField()
        seq = IntegerField()
        type = TextField()
        version = IntegerField()
        occurred_at = UtcField()
        received_at = UtcField()
        payload = TextField()
        payload_hash = TextField()
        reason = TextField()
        class Meta:
            database = db
            table_name = 'conflicting_event'
            indexes = ((('event_id', 'kiosk_id', 'epoch', 'seq', 'payload_hash'), True),)
    db.create_tables([ConflictingEvent])

    class Device(Model):
        device_id = TextField(primary_key=True)
        manufacturer = TextField(null=True)
        model = TextField(null=True)
        station_name = TextField(null=True)
        device_serial = TextField(null=True)
        software_versions = TextField(null=True)
        ae_title = TextField(null=True)
        modality = TextField(null=True)
        room = TextField(index=True, null=True)
        first_seen = UtcField()
        last_seen = UtcField()
        class Meta:
            database = db
            table_name = 'device'
    db.create_tables([Device])

    class Document(Model):
        kind = TextField(primary_key=True)
        version = IntegerField()
        source = TextField()
        body = TextField()
        received_at = UtcField()
        class Meta:
            database = db
            table_name = 'document'
    db.create_tables([Document])

    class DoseReportRow(Model):
        sop_instance_uid = TextField(primary_key=True)
        study_uid = TextField(index=True)
        device_id = TextField()
        room = TextField(null=True)
        modality = TextField()
        content_at = UtcField(null=True)
        received_at = UtcField()
        dap_total_gym2 = DoubleField(null=True)
        dose_rp_total_gy = DoubleField(null=True)
        agd_total_mgy = DoubleField(null=True)
        dlp_total_mgycm = DoubleField(null=True)
        exposure_uids = JSONField()
        class Meta:
            database = db
            table_name = 'dose_report'
    db.create_tables([DoseReportRow])

    class EnrolCode(Model):
        code_hash = TextField(primary_key=True)
        room = TextField()
        created_at = UtcField()
        expires_at = UtcField()
        used_at = UtcField(null=True)
        kiosk_id = TextField(null=True)
        class Meta:
            database = db
            table_name = 'enrol_code'
    db.create_tables([EnrolCode])

    class Examination(Model):
        study_uid = TextField()
        device_id = TextField(index=True)
        room = TextField(null=True)
        modality = TextField(null=True)
        study_date = TextField(null=True)
        procedure = TextField(null=True)
        protocol = TextField(null=True)
        operator = TextField(null=True)
        patient_key = TextField(null=True)
        age_years = DoubleField(null=True)
        started_at = UtcField(null=True)
        ended_at = UtcField(null=True)
        received_at = UtcField(index=True)
        n_exposures = IntegerField(default=0)
        n_images = IntegerField(default=0)
        dap_total_gym2 = DoubleField(null=True)
        dose_rp_total_gy = DoubleField(null=True)
        agd_total_mgy = DoubleField(null=True)
        dlp_total_mgycm = DoubleField(null=True)
        ctdivol_max_mgy = DoubleField(null=True)
        total_source = TextField(null=True)
        is_told = BooleanField(index=True, default=False)
        updated_at = UtcField()
        class Meta:
            database = db
            table_name = 'examination'
            primary_key = CompositeKey('study_uid', 'device_id')
            indexes = ((('room', 'procedure', 'started_at'), False), (('room', 'modality', 'started_at'), False))
    db.create_tables([Examination])

    class Exposure(Model):
        exposure_uid = TextField(primary_key=True)
        study_uid = TextField(index=True)
        device_id = TextField(index=True)
        room = TextField(null=True)
        modality = TextField(null=True)
        acquired_at = UtcField(index=True, null=True)
        received_at = UtcField(index=True)
        procedure = TextField(null=True)
        protocol = TextField(null=True)
        body_part = TextField(null=True)
        view = TextField(null=True)
        laterality = TextField(null=True)
        operator = TextField(null=True)
        kvp = DoubleField(null=True)
        mas = DoubleField(null=True)
        exposure_index = DoubleField(null=True)
        target_exposure_index = DoubleField(null=True)
        deviation_index = DoubleField(null=True)
        dap_gym2 = DoubleField(null=True)
        dose_rp_gy = DoubleField(null=True)
        agd_mgy = DoubleField(null=True)
        ctdivol_mgy = DoubleField(null=True)
        dlp_mgycm = DoubleField(null=True)
        phantom_cm = IntegerField(null=True)
        event_type = TextField(null=True)
        is_derived = BooleanField(default=False)
        is_quality_control = BooleanField(default=False)
        image_facts = JSONField(null=True)
        report_facts = JSONField(null=True)
        is_told = BooleanField(index=True, default=False)
        updated_at = UtcField()
        class Meta:
            database = db
            table_name = 'exposure'
            indexes = ((('room', 'modality', 'acquired_at'), False), (('device_id', 'acquired_at'), False))
    db.create_tables([Exposure])

    class Instance(Model):
        sop_instance_uid = TextField(primary_key=True)
        sop_class_uid = TextField()
        study_uid = TextField(index=True)
        series_uid = TextField()
        exposure_uid = TextField(index=True)
        device_id = TextField()
        room = TextField(null=True)
        modality = TextField(null=True)
        image_type = TextField(null=True)
        series_number = IntegerField(null=True)
        instance_number = IntegerField(null=True)
        acquired_at = UtcField(null=True)
        received_at = UtcField(index=True)
        anatomic_region_code = TextField(null=True)
        view_code = TextField(null=True)
        is_derived = BooleanField(default=False)
        is_quality_control = BooleanField(default=False)
        tags_present = IntegerField(default=0)
        tags_valid = IntegerField(default=0)
        ae_title = TextField(null=True)
        class Meta:
            database = db
            table_name = 'instance'
    db.create_tables([Instance])

    class Job(Model):
        job_id = TextField(primary_key=True)
        kind = TextField()
        params = JSONField()
        state = TextField(index=True, default='queued')
        progress = IntegerField(default=0)
        total = IntegerField(null=True)
        message = TextField(null=True)
        result = JSONField(null=True)
        created_by = TextField(null=True)
        created_at = UtcField()
        finished_at = UtcField(null=True)
        class Meta:
            database = db
            table_name = 'job'
    db.create_tables([Job])

    class Kiosk(Model):
        kiosk_id = TextField(primary_key=True)
        name = TextField()
        room = TextField()
        token_hash = TextField(unique=True)
        enrolled_at = UtcField()
        revoked_at = UtcField(null=True)
        last_seen = UtcField(null=True)
        epoch = TextField(null=True)
        acked_through = IntegerField(default=0)
        gaps = JSONField(default=list)
        pending = IntegerField(default=0)
        skew_s = DoubleField(null=True)
        class Meta:
            database = db
            table_name = 'kiosk'
    db.create_tables([Kiosk])

    class LogEntry(Model):
        at = UtcField(index=True)
        process = TextField()
        level = TextField()
        source = TextField()
        message = TextField()
        class Meta:
            database = db
            table_name = 'log'
    db.create_tables([LogEntry])

    class Outbox(Model):
        seq = AutoField()
        event_id = TextField(unique=True)
        type = TextField()
        version = IntegerField()
        occurred_at = UtcField()
        payload = TextField()
        state = TextField(index=True, default='pending')
        tries = IntegerField(default=0)
        verdict = TextField(null=True)
        acked_at = UtcField(null=True)
        class Meta:
            database = db
            table_name = 'outbox'
    db.create_tables([Outbox])

    class Peer(Model):
        ae_title = TextField()
        host = TextField()
        room = TextField(null=True)
        modality = TextField(null=True)
        is_known = BooleanField()
        first_seen = UtcField()
        last_seen = UtcField()
        n_associations = IntegerField(default=0)
        n_refused = IntegerField(default=0)
        last_echo_at = UtcField(null=True)
        last_echo_ok = BooleanField(null=True)
        class Meta:
            database = db
            table_name = 'peer'
            primary_key = CompositeKey('ae_title', 'host')
    db.create_tables([Peer])

    class Quarantine(Model):
        at = UtcField(index=True)
        ae_title = TextField()
        host = TextField()
        status = IntegerField()
        reason = TextField()
        sop_class_uid = TextField(null=True)
        sop_instance_uid = TextField(null=True)
        size_bytes = BigIntegerField(null=True)
        sha256 = TextField(null=True)
        class Meta:
            database = db
            table_name = 'quarantine'
    db.create_tables([Quarantine])

    class ReceivedEvent(Model):
        event_id = TextField(unique=True)
        kiosk_id = TextField(index=True)
        epoch = TextField()
        seq = IntegerField()
        type = TextField()
        version = IntegerField()
        subject = TextField(null=True)
        occurred_at = UtcField()
        received_at = UtcField()
        payload = TextField()
        payload_hash = TextField()
        verdict = TextField()
        reason = TextField(null=True)
        class Meta:
            database = db
            table_name = 'received_event'
            indexes = ((('kiosk_id', 'epoch', 'seq'), True), (('type', 'subject'), False))
    db.create_tables([ReceivedEvent])

    class Round(Model):
        round_id = TextField(primary_key=True)
        room = TextField(null=True)
        kind = TextField()
        form_id = TextField()
        form_version = IntegerField()
        form = JSONField(null=True)
        procedure = TextField(default='')
        subject_operator = TextField(null=True)
        seed = TextField()
        n = IntegerField()
        n_candidates = IntegerField()
        drawn_at = UtcField()
        due_at = UtcField(null=True)
        created_by = TextField(null=True)
        class Meta:
            database = db
            table_name = 'round'
    db.create_tables([Round])

    class Score(Model):
        score_id = TextField(primary_key=True)
        task_id = TextField(index=True)
        criterion = TextField()
        value = IntegerField(null=True)
        class Meta:
            database = db
            table_name = 'score'
    db.create_tables([Score])

    class Setting(Model):
        key = TextField(primary_key=True)
        value = JSONField(null=True)
        updated_at = UtcField()
        class Meta:
            database = db
            table_name = 'setting'
    db.create_tables([Setting])

    class Signal(Model):
        signal_id = TextField(primary_key=True)
        kind = TextField()
        source_uid = TextField()
        study_uid = TextField(index=True, null=True)
        exposure_uid = TextField(null=True)
        instance_uid = TextField(index=True, null=True)
        room = TextField(null=True)
        at = UtcField()
        cid7011 = TextField(null=True)
        description = TextField(null=True)
        operator = TextField(null=True)
        confidence = DoubleField()
        case_id = TextField(index=True, null=True)
        class Meta:
            database = db
            table_name = 'signal'
    db.create_tables([Signal])

    class Step(Model):
        step_uid = TextField(primary_key=True)
        study_uid = TextField(index=True, null=True)
        device_id = TextField()
        room = TextField(null=True)
        modality = TextField(null=True)
        status = TextField()
        procedure = TextField(null=True)
        operator = TextField(null=True)
        started_at = UtcField(null=True)
        ended_at = UtcField(null=True)
        discontinuation_code = TextField(null=True)
        n_exposures = IntegerField(null=True)
        dap_total_gym2 = DoubleField(null=True)
        image_uids = JSONField()
        received_at = UtcField(index=True)
        class Meta:
            database = db
            table_name = 'procedure_step'
    db.create_tables([Step])

    class Task(Model):
        task_id = TextField(primary_key=True)
        round_id = TextField(index=True)
        position = IntegerField()
        exposure_uid = TextField(index=True)
        instance_uid = TextField()
        procedure = TextField(null=True)
        view = TextField(null=True)
        laterality = TextField(null=True)
        operator = TextField(null=True)
        acquired_at = UtcField(null=True)
        state = TextField(default='open')
        scored_by = TextField(null=True)
        scored_at = UtcField(null=True)
        scores = JSONField(default=dict)
        remark = TextField(null=True)
        class Meta:
            database = db
            table_name = 'task'
    db.create_tables([Task])

    class User(Model):
        user_id = TextField(primary_key=True)
        name = TextField()
        initials = TextField(unique=True)
        operators_names = JSONField(default=list)
        role = TextField(default='radiographer')
        badge_hash = TextField(unique=True, null=True)
        is_active = BooleanField(default=True)
        updated_at = UtcField()
        class Meta:
            database = db
            table_name = 'user'
    db.create_tables([User])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('user'))
    migrator.migrate(migrator.drop_table('task'))
    migrator.migrate(migrator.drop_table('procedure_step'))
    migrator.migrate(migrator.drop_table('signal'))
    migrator.migrate(migrator.drop_table('setting'))
    migrator.migrate(migrator.drop_table('score'))
    migrator.migrate(migrator.drop_table('round'))
    migrator.migrate(migrator.drop_table('received_event'))
    migrator.migrate(migrator.drop_table('quarantine'))
    migrator.migrate(migrator.drop_table('peer'))
    migrator.migrate(migrator.drop_table('outbox'))
    migrator.migrate(migrator.drop_table('log'))
    migrator.migrate(migrator.drop_table('kiosk'))
    migrator.migrate(migrator.drop_table('job'))
    migrator.migrate(migrator.drop_table('instance'))
    migrator.migrate(migrator.drop_table('exposure'))
    migrator.migrate(migrator.drop_table('examination'))
    migrator.migrate(migrator.drop_table('enrol_code'))
    migrator.migrate(migrator.drop_table('dose_report'))
    migrator.migrate(migrator.drop_table('document'))
    migrator.migrate(migrator.drop_table('device'))
    migrator.migrate(migrator.drop_table('conflicting_event'))
    migrator.migrate(migrator.drop_table('retake_case'))
    migrator.migrate(migrator.drop_table('audit'))
    migrator.migrate(migrator.drop_table('association'))
