import django.db.models.deletion
import saduak.foundation.clock
import saduak.foundation.ids
from django.conf import settings
from django.db import migrations, models

from saduak.foundation.migrating import ManyTables


class Migration(ManyTables):

    initial = True

    dependencies = [
        ('applications', '0001_initial'),
        ('foundation', '0001_initial'),
        ('organisations', '0001_initial'),
        ('programme', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(blank=True, default='', max_length=200)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='panels', to='programme.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'number'), name='panel_number')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('state', models.CharField(choices=[('screening', 'ตรวจเอกสาร'), ('returned', 'ส่งคืนให้แก้'), ('accepted', 'รับเข้าประเมิน'), ('scoring', 'คณะกำลังให้คะแนน'), ('agreed', 'สรุปคะแนนแล้ว'), ('rejected', 'ไม่ผ่านการตรวจเอกสาร'), ('withdrawn', 'ถอนแล้ว')], default='screening', max_length=20)),
                ('opened_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('screened_at', models.DateTimeField(blank=True, null=True)),
                ('assigned_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('agreed_total', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('agreed_level', models.CharField(blank=True, default='', max_length=40)),
                ('agreed_note', models.TextField(blank=True, default='')),
                ('rejected_reason', models.TextField(blank=True, default='')),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='case', to='applications.application')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.submission')),
                ('panel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='assessment.panel')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'opened_at'], name='case_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['accepted', 'agreed', 'rejected', 'returned', 'scoring', 'screening', 'withdrawn'])), name='case_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['scoring', 'agreed']), _negated=True), ('panel__isnull', False), _connector='OR'), name='case_has_panel'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'agreed'), _negated=True), ('agreed_total__isnull', False), _connector='OR'), name='case_agreed_total'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('rejected_reason', ''), _negated=True), _connector='OR'), name='case_rejected_why')],
            },
        ),
        migrations.CreateModel(
            name='PanelMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('role', models.CharField(choices=[('chair', 'ประธาน'), ('expert', 'ผู้ทรงคุณวุฒิ'), ('opdc', 'ผู้แทนสำนักงาน ก.พ.ร.'), ('secretary', 'เลขานุการ')], max_length=10)),
                ('scores', models.BooleanField(default=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='assessment.panel')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='panel_seats', to='organisations.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('panel', 'person'), name='panel_member_unique')],
            },
        ),
        migrations.CreateModel(
            name='ScoreSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('state', models.CharField(choices=[('draft', 'กำลังให้คะแนน'), ('in', 'ส่งคะแนนแล้ว'), ('void', 'ยกเลิก')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=0)),
                ('note', models.TextField(blank=True, default='')),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='assessment.case')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='assessment.panelmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'member'), name='score_sheet_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in', 'void'])), name='score_sheet_state')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('remark', models.CharField(blank=True, default='', max_length=1000)),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.criterion')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='assessment.scoresheet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sheet', 'criterion'), name='score_unique'), models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='score_points')],
            },
        ),
        migrations.CreateModel(
            name='ScreeningReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('reason', models.TextField()),
                ('items', models.JSONField(default=list)),
                ('returned_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('due_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='assessment.case')),
                ('returned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'ordinal'), name='screening_return_ordinal')],
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('declared', 'ผู้ตรวจประเมินแจ้งเอง'), ('same_organisation', 'อยู่หน่วยงานเดียวกัน'), ('same_province', 'เป็นสำนักงานในจังหวัดของตน')], max_length=20)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='assessment.case')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='organisations.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'person'), name='conflict_unique')],
            },
        ),
        migrations.CreateModel(
            name='ConsensusScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6)),
                ('remark', models.CharField(blank=True, default='', max_length=1000)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consensus', to='assessment.case')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programme.criterion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'criterion'), name='consensus_unique')],
            },
        ),
    ]
