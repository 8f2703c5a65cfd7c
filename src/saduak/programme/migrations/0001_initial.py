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
    ]

    operations = [
        migrations.CreateModel(
            name='CriteriaSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('code', models.SlugField(max_length=60)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('title', models.CharField(max_length=200)),
                ('title_en', models.CharField(blank=True, default='', max_length=200)),
                ('official', models.BooleanField(default=False)),
                ('notice', models.TextField(blank=True, default='')),
                ('source', models.TextField(blank=True, default='')),
                ('sides', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('draft', 'ฉบับร่าง'), ('published', 'ประกาศใช้แล้ว')], default='draft', max_length=10)),
                ('imported_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('document', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='criteria_sets', to='organisations.programme')),
            ],
            options={
                'ordering': ['-imported_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'code', 'version'), name='criteria_set_version_unique'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state', 'draft')), models.Q(('published_at__isnull', False), ('state', 'published')), _connector='OR'), name='criteria_set_published_when_dated')],
            },
        ),
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, default='', max_length=80)),
                ('colour', models.SlugField(max_length=40)),
                ('rule', models.JSONField(default=dict)),
                ('criteria_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='programme.criteriaset')),
            ],
            options={
                'ordering': ['criteria_set', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('criteria_set', 'key'), name='level_key_unique'), models.UniqueConstraint(fields=('criteria_set', 'ordinal'), name='level_ordinal_unique')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('title_en', models.CharField(blank=True, default='', max_length=200)),
                ('kind', models.CharField(choices=[('gate', 'เกณฑ์ที่ต้องผ่านทุกข้อ'), ('quality', 'เกณฑ์ด้านคุณภาพ'), ('outcome', 'เกณฑ์ด้านผลลัพธ์')], max_length=10)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('criteria_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='programme.criteriaset')),
            ],
            options={
                'ordering': ['criteria_set', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('criteria_set', 'key'), name='part_key_unique'), models.UniqueConstraint(fields=('criteria_set', 'ordinal'), name='part_ordinal_unique')],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('key', models.SlugField(max_length=40)),
                ('number', models.CharField(max_length=10)),
                ('side', models.SlugField(blank=True, default='', max_length=40)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('title_en', models.CharField(blank=True, default='', max_length=300)),
                ('kind', models.CharField(choices=[('gate', 'ต้องผ่าน'), ('basic', 'เกณฑ์พื้นฐาน'), ('advanced', 'เกณฑ์ขั้นสูง'), ('outcome', 'ผลลัพธ์')], max_length=10)),
                ('points', models.PositiveSmallIntegerField(default=0)),
                ('placeholder', models.BooleanField(default=False)),
                ('asks', models.TextField(blank=True, default='')),
                ('asks_en', models.TextField(blank=True, default='')),
                ('guidance', models.TextField(blank=True, default='')),
                ('evidence', models.JSONField(default=list)),
                ('scale', models.JSONField(default=dict)),
                ('replaces', models.JSONField(default=list)),
                ('criteria_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='programme.criteriaset')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='programme.part')),
            ],
            options={
                'ordering': ['criteria_set', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('criteria_set', 'key'), name='criterion_key_unique'), models.UniqueConstraint(fields=('criteria_set', 'ordinal'), name='criterion_ordinal_unique'), models.UniqueConstraint(fields=('part', 'number'), name='criterion_number_unique'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'gate'), ('points', 0)), models.Q(models.Q(('kind', 'gate'), _negated=True), ('points__gt', 0)), _connector='OR'), name='criterion_gate_has_no_points')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('opened_at', models.DateTimeField()),
                ('source_letter', models.UUIDField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_reason', models.CharField(blank=True, default='', max_length=300)),
                ('validity_years', models.PositiveSmallIntegerField(default=3)),
                ('certificate_series', models.SlugField(max_length=60)),
                ('criteria_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='programme.criteriaset')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='organisations.programme')),
            ],
            options={
                'ordering': ['-fiscal_year', '-id'],
                'constraints': [models.UniqueConstraint(fields=('programme', 'fiscal_year'), name='round_year_unique'), models.CheckConstraint(condition=models.Q(('fiscal_year__gte', 2500), ('fiscal_year__lte', 2700)), name='round_year_buddhist_era'), models.CheckConstraint(condition=models.Q(('validity_years__gte', 1)), name='round_validity_positive')],
            },
        ),
        migrations.CreateModel(
            name='InternalDeadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('kind', models.CharField(choices=[('check', 'ส่งร่างให้ตรวจทาน'), ('submit', 'ส่งใบสมัคร')], max_length=10)),
                ('reach', models.CharField(choices=[('own', 'ศูนย์ของหน่วยงานนี้'), ('line', 'หน่วยงานในสังกัด'), ('supervision', 'หน่วยงานในกำกับดูแล')], max_length=12)),
                ('due_at', models.DateTimeField()),
                ('source_letter', models.UUIDField(blank=True, null=True)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('set_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('extended_at', models.DateTimeField(blank=True, null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_deadlines', to='organisations.organisation')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_deadlines', to='programme.round')),
            ],
            options={
                'ordering': ['due_at', 'id'],
                'indexes': [models.Index(fields=['round', 'kind', 'due_at'], name='internal_deadline_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('round', 'owner', 'kind', 'reach'), name='internal_deadline_unique')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('key', models.CharField(choices=[('call', 'แจ้งเชิญชวน'), ('briefing', 'ประชุมชี้แจง'), ('application', 'รับสมัคร'), ('screening', 'ตรวจเอกสาร'), ('visit', 'ตรวจประเมิน'), ('decision', 'พิจารณาผล'), ('announcement', 'ประกาศผล')], max_length=20)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='programme.round')),
            ],
            options={
                'ordering': ['round', 'ordinal'],
                'indexes': [models.Index(fields=['key', 'starts_at', 'ends_at'], name='stage_window')],
                'constraints': [models.UniqueConstraint(fields=('round', 'key'), name='stage_key_unique'), models.UniqueConstraint(fields=('round', 'ordinal'), name='stage_ordinal_unique'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='stage_ends_after_start')],
            },
        ),
    ]
