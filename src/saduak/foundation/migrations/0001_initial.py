import django.db.models.deletion
import django.db.models.functions.text
import saduak.foundation.clock
import saduak.foundation.ids
from django.conf import settings
from django.db import migrations, models

from saduak.foundation.migrating import ManyTables


class Migration(ManyTables):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(unique=True)),
                ('at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('root', models.CharField(max_length=64)),
                ('previous', models.CharField(blank=True, default='', max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('leaves', models.PositiveIntegerField()),
                ('watermark', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='CacheEntry',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=120, unique=True)),
                ('value', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(unique=True)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, default='', max_length=200)),
                ('source', models.CharField(max_length=200)),
                ('official', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='LinkGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('holder', models.CharField(max_length=200)),
                ('capabilities', models.JSONField(default=list)),
                ('target_model', models.CharField(max_length=100)),
                ('target_id', models.UUIDField()),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TickRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('next_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('ran_at', models.DateTimeField(blank=True, null=True)),
                ('runs', models.PositiveBigIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('email', models.EmailField(blank=True, max_length=254, null=True, unique=True)),
                ('language', models.CharField(default='th', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_lower_unique')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aggregate', models.CharField(max_length=60)),
                ('aggregate_id', models.BigIntegerField()),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('business_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=120)),
                ('verb', models.CharField(max_length=80)),
                ('facts', models.JSONField(default=dict)),
                ('personal_digest', models.CharField(blank=True, default='', max_length=64)),
                ('previous', models.CharField(blank=True, default='', max_length=64)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='audit_entry_at')],
                'constraints': [models.UniqueConstraint(fields=('aggregate', 'aggregate_id', 'seq'), name='audit_entry_unique')],
            },
        ),
        migrations.CreateModel(
            name='AuditPersonal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=32)),
                ('values', models.JSONField(default=dict)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='personal', to='foundation.auditentry')),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('kind', models.CharField(max_length=80)),
                ('params', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('ready', 'Ready'), ('running', 'Running'), ('done', 'Done')], default='ready', max_length=10)),
                ('actor', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('worked_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['worked_at'], name='batch_open')],
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('subject_model', models.CharField(max_length=100)),
                ('subject_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=60)),
                ('unit', models.CharField(choices=[('calendar', 'Calendar'), ('working', 'Working')], default='calendar', max_length=10)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('start_event', models.CharField(max_length=80)),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('organisation_ref', models.BigIntegerField(blank=True, null=True)),
                ('reminder_days', models.JSONField(default=list)),
                ('reminded', models.JSONField(default=list)),
                ('remind_at', models.DateTimeField(blank=True, null=True)),
                ('effect', models.CharField(blank=True, default='', max_length=80)),
                ('met_at', models.DateTimeField(blank=True, null=True)),
                ('lapsed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lapsed_at__isnull', True), ('met_at__isnull', True)), fields=['due_at'], name='deadline_open'), models.Index(condition=models.Q(('lapsed_at__isnull', True), ('met_at__isnull', True)), fields=['remind_at'], name='deadline_remind')],
                'constraints': [models.UniqueConstraint(fields=('subject_model', 'subject_id', 'kind'), name='deadline_unique'), models.CheckConstraint(condition=models.Q(('due_at__gte', models.F('started_at'))), name='deadline_after_start')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('action', models.CharField(max_length=80)),
                ('actor', models.CharField(max_length=120)),
                ('result_model', models.CharField(blank=True, default='', max_length=100)),
                ('result_id', models.BigIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='idempotency_age')],
                'constraints': [models.UniqueConstraint(fields=('key', 'action', 'actor'), name='idempotency_unique')],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=saduak.foundation.ids.public_id, unique=True)),
                ('path', models.CharField(max_length=200)),
                ('kwargs', models.JSONField(default=dict)),
                ('queue', models.CharField(default='default', max_length=32)),
                ('task_id', models.UUIDField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True), ('failed_at__isnull', True)), fields=['leased_until'], name='job_open')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=40)),
                ('recipient', models.CharField(max_length=254)),
                ('payload', models.JSONField(default=dict)),
                ('dedupe', models.CharField(max_length=200, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, default='', max_length=500)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('next_try_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'next_try_at'], name='outbox_due')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('media_type', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=255)),
                ('state', models.CharField(choices=[('checked', 'Checked'), ('refused', 'Refused')], default='checked', max_length=10)),
                ('reencoded', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TimeMachineState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset', models.DurationField()),
                ('label', models.CharField(blank=True, default='', max_length=200)),
                ('moved_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('single', models.BooleanField(default=True, unique=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('single', True)), name='time_machine_single')],
            },
        ),
        migrations.CreateModel(
            name='AuditSealLeaf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aggregate', models.CharField(max_length=60)),
                ('aggregate_id', models.BigIntegerField()),
                ('seq', models.PositiveIntegerField()),
                ('head', models.CharField(max_length=64)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaf_rows', to='foundation.auditseal')),
            ],
            options={
                'indexes': [models.Index(fields=['aggregate', 'aggregate_id', '-seq'], name='audit_leaf_chain')],
                'constraints': [models.UniqueConstraint(fields=('seal', 'aggregate', 'aggregate_id'), name='audit_leaf_unique')],
            },
        ),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=10)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='foundation.batch')),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'state', 'id'], name='batch_item_next')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'item'), name='batch_item_unique')],
            },
        ),
        migrations.CreateModel(
            name='CounterVoid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('counter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voids', to='foundation.counter')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('counter', 'number'), name='counter_void_unique')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identities', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='identity_unique')],
            },
        ),
    ]
