import django.db.models.deletion
import saduak.foundation.clock
import saduak.foundation.ids
from django.conf import settings
from django.db import migrations, models

from saduak.foundation.migrating import ManyTables


class Migration(ManyTables):

    initial = True

    dependencies = [
        ('foundation', '0001_initial'),
        ('organisations', '0001_initial'),
        ('programme', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('kind', models.CharField(choices=[('new', 'สมัครใหม่'), ('renewal', 'ต่ออายุ'), ('upgrade', 'ขอเลื่อนระดับ')], default='new', max_length=10)),
                ('state', models.CharField(choices=[('draft', 'ร่าง'), ('signed', 'ลงนามรับรองแล้ว'), ('submitted', 'ยื่นแล้ว'), ('correction', 'ส่งคืนให้แก้'), ('withdrawn', 'ถอนแล้ว')], default='draft', max_length=20)),
                ('started_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('last_edit_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, default='', max_length=500)),
                ('correction_due_at', models.DateTimeField(blank=True, null=True)),
                ('correction_reason', models.TextField(blank=True, default='')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('gates_total', models.PositiveSmallIntegerField(default=0)),
                ('gates_met', models.PositiveSmallIntegerField(default=0)),
                ('items_total', models.PositiveSmallIntegerField(default=0)),
                ('items_claimed', models.PositiveSmallIntegerField(default=0)),
                ('items_evidenced', models.PositiveSmallIntegerField(default=0)),
                ('points_claimed', models.DecimalField(decimal_places=2, default=0, max_digits=6)),
                ('points_evidenced', models.DecimalField(decimal_places=2, default=0, max_digits=6)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='organisations.servicecentre')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='organisations.organisation')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='programme.round')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['round', 'state'], name='application_round_state'), models.Index(fields=['organisation'], name='application_org')],
                'constraints': [models.UniqueConstraint(fields=('centre', 'round'), name='application_once_per_round'), models.CheckConstraint(condition=models.Q(('state__in', ['correction', 'draft', 'signed', 'submitted', 'withdrawn'])), name='application_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'submitted'), _negated=True), ('submitted_at__isnull', False), _connector='OR'), name='application_submitted_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'correction'), _negated=True), ('correction_due_at__isnull', False), _connector='OR'), name='application_correction_until'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), name='application_withdrawn_when'), models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'renewal', 'upgrade'])), name='application_kind'), models.CheckConstraint(condition=models.Q(('gates_met__lte', models.F('gates_total')), ('items_evidenced__lte', models.F('items_claimed')), ('items_claimed__lte', models.F('items_total')), ('points_evidenced__lte', models.F('points_claimed'))), name='application_counts_add_up')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('claim', models.CharField(blank=True, choices=[('', 'ยังไม่ตอบ'), ('met', 'มีครบ'), ('unmet', 'ยังไม่มีหรือมีไม่ครบ')], default='', max_length=5)),
                ('points', models.DecimalField(decimal_places=2, default=0, max_digits=6)),
                ('scale', models.JSONField(blank=True, default=dict)),
                ('narrative', models.TextField(blank=True, default='')),
                ('evidence_count', models.PositiveSmallIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('sitting_by', models.CharField(blank=True, default='', max_length=120)),
                ('sitting_at', models.DateTimeField(blank=True, null=True)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.criterion')),
                ('updated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='applications.application')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'criterion'), name='answer_unique'), models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='answer_points'), models.CheckConstraint(condition=models.Q(('claim__in', ['', 'met', 'unmet'])), name='answer_claim')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('photo', 'รูปถ่าย'), ('document', 'เอกสาร')], max_length=10)),
                ('caption', models.CharField(max_length=300)),
                ('taken_on', models.DateField(blank=True, null=True)),
                ('added_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='organisations.servicecentre')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['centre', '-added_at'], name='evidence_library')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='applications.answer')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='applications.evidence')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('answer', 'evidence'), name='evidence_use_unique')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('force', models.CharField(choices=[('order', 'ตามคำสั่ง'), ('offer', 'ตามที่เสนอช่วย')], max_length=10)),
                ('state', models.CharField(choices=[('requested', 'รอตรวจทาน'), ('returned', 'ขอให้แก้'), ('endorsed', 'ตรวจทานแล้ว'), ('cancelled', 'ยกเลิกคำขอตรวจทาน')], default='requested', max_length=20)),
                ('requested_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='applications.application')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='organisations.organisation')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state'], name='review_inbox')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['cancelled', 'endorsed', 'requested', 'returned'])), name='review_state'), models.UniqueConstraint(condition=models.Q(('state', 'requested')), fields=('application',), name='review_one_open')],
            },
        ),
        migrations.CreateModel(
            name='ReviewComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('text', models.TextField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.criterion')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='applications.review')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('review', 'criterion'), name='review_comment_unique')],
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('method', models.CharField(choices=[('account', 'ลงนามในระบบ'), ('paper', 'ลงนามบนกระดาษแล้วแนบ')], max_length=10)),
                ('capacity', models.CharField(choices=[('self', 'ด้วยตนเอง'), ('on_behalf', 'ปฏิบัติราชการแทน'), ('acting', 'รักษาราชการแทน'), ('caretaker', 'รักษาการในตำแหน่ง')], default='self', max_length=10)),
                ('signer_name', models.CharField(max_length=200)),
                ('signer_position', models.CharField(max_length=300)),
                ('on_behalf_of', models.CharField(blank=True, default='', max_length=300)),
                ('signed_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('content_digest', models.CharField(max_length=64)),
                ('voided_at', models.DateTimeField(blank=True, null=True)),
                ('void_reason', models.CharField(blank=True, default='', max_length=300)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='applications.application')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('application',), name='sign_off_one_valid'), models.CheckConstraint(condition=models.Q(('method', 'account'), ('paper__isnull', False), _connector='OR'), name='sign_off_paper'), models.CheckConstraint(condition=models.Q(('capacity', 'self'), models.Q(('on_behalf_of', ''), _negated=True), _connector='OR'), name='sign_off_for_whom')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('receipt_code', models.CharField(max_length=12, unique=True)),
                ('summary', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='applications.application')),
                ('receipt_pdf', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('sign_off', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.signoff')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'ordinal'), name='submission_ordinal'), models.CheckConstraint(condition=models.Q(('ordinal__gte', 1)), name='submission_counts_from_one')],
            },
        ),
        migrations.CreateModel(
            name='AnswerVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_version', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('claim', models.CharField(blank=True, default='', max_length=5)),
                ('points', models.DecimalField(decimal_places=2, default=0, max_digits=6)),
                ('scale', models.JSONField(blank=True, default=dict)),
                ('narrative', models.TextField(blank=True, default='')),
                ('actor', models.CharField(max_length=120)),
                ('by', models.CharField(max_length=200)),
                ('started_at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('at', models.DateTimeField(default=saduak.foundation.clock.wall)),
                ('business_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('audited_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='applications.answer')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('audited_at__isnull', True)), fields=['at'], name='answer_version_open')],
                'constraints': [models.UniqueConstraint(fields=('answer', 'version'), name='answer_version_unique')],
            },
        ),
    ]
