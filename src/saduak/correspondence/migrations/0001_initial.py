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
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('text', models.TextField()),
                ('reading', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'กำลังอ่าน'), ('unreadable', 'อ่านไม่ออก'), ('read', 'อ่านแล้ว รอตรวจ'), ('confirmed', 'ยืนยันแล้ว'), ('set_aside', 'ไม่ดำเนินการ')], default='waiting', max_length=20)),
                ('unreadable_why', models.CharField(blank=True, default='', max_length=500)),
                ('kind', models.CharField(blank=True, default='', max_length=20)),
                ('number', models.CharField(blank=True, default='', max_length=120)),
                ('dated', models.DateField(blank=True, null=True)),
                ('subject', models.CharField(blank=True, default='', max_length=500)),
                ('subject_key', models.CharField(blank=True, default='', max_length=500)),
                ('issuer_text', models.CharField(blank=True, default='', max_length=300)),
                ('owner_unit', models.CharField(blank=True, default='', max_length=300)),
                ('for_issuer', models.BooleanField(default=False)),
                ('meeting', models.JSONField(blank=True, default=dict)),
                ('loaded_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('set_aside_at', models.DateTimeField(blank=True, null=True)),
                ('set_aside_reason', models.CharField(blank=True, default='', max_length=500)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters_held', to='organisations.organisation')),
                ('issuer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters_issued', to='organisations.organisation')),
                ('loaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.programme')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='programme.round')),
            ],
            options={
                'indexes': [models.Index(fields=['holder', '-loaded_at'], name='letter_inbox')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['confirmed', 'read', 'set_aside', 'unreadable', 'waiting'])), name='letter_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('confirmed_at__isnull', False), ('dated__isnull', False), ('issuer__isnull', False)), _connector='OR'), name='letter_confirmed_complete'), models.UniqueConstraint(condition=models.Q(('state', 'confirmed'), models.Q(('number', ''), _negated=True)), fields=('holder', 'issuer', 'number', 'dated'), name='letter_once_per_holder')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('who', models.CharField(max_length=500)),
                ('what', models.TextField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('force', models.CharField(choices=[('order', 'สั่งการ'), ('request', 'ขอความร่วมมือ'), ('invite', 'เชิญชวน'), ('inform', 'เพื่อทราบ')], max_length=10)),
                ('condition', models.CharField(blank=True, default='', max_length=500)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='correspondence.letter')),
            ],
            options={
                'ordering': ['letter_id', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('letter', 'ordinal'), name='duty_ordinal'), models.CheckConstraint(condition=models.Q(('force__in', ['order', 'request', 'invite', 'inform'])), name='duty_force')],
            },
        ),
        migrations.CreateModel(
            name='LetterFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('code', models.CharField(max_length=60)),
                ('severity', models.CharField(max_length=20)),
                ('document', models.PositiveSmallIntegerField(default=0)),
                ('text', models.TextField()),
                ('evidence', models.JSONField(default=list)),
                ('settled', models.CharField(blank=True, choices=[('as_written', 'ใช้ตามหนังสือ'), ('corrected', 'แก้ค่าในหน้านี้แล้ว'), ('leave', 'ไม่แน่ใจ ไม่ต้องแก้'), ('tell', 'จะแจ้งหน่วยงานที่เกี่ยวข้อง')], default='', max_length=20)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='correspondence.letter')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['letter_id', 'document', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('settled__in', ['', 'as_written', 'corrected', 'leave', 'tell'])), name='letter_finding_settled')],
            },
        ),
        migrations.CreateModel(
            name='DutyRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('force', models.CharField(choices=[('order', 'สั่งการ'), ('request', 'ขอความร่วมมือ'), ('invite', 'เชิญชวน'), ('inform', 'เพื่อทราบ')], default='request', max_length=10)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='correspondence.duty')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='organisations.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'done_at'], name='duty_inbox')],
                'constraints': [models.UniqueConstraint(fields=('duty', 'organisation'), name='duty_recipient_unique'), models.CheckConstraint(condition=models.Q(('force__in', ['order', 'request', 'invite', 'inform'])), name='duty_recipient_force'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('acknowledged_at__isnull', False), _connector='OR'), name='duty_done_was_acknowledged')],
            },
        ),
    ]
