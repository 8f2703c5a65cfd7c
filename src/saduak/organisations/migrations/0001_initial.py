import django.db.models.deletion
import django.db.models.functions.comparison
import saduak.foundation.clock
import saduak.foundation.ids
from django.conf import settings
from django.db import migrations, models

from saduak.foundation.migrating import ManyTables


class Migration(ManyTables):

    initial = True

    dependencies = [
        ('foundation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, default='', max_length=200)),
                ('sort_key', models.CharField(blank=True, default='', editable=False, max_length=1000)),
                ('search_key', models.CharField(blank=True, default='', editable=False, max_length=1000)),
                ('code', models.CharField(max_length=6, unique=True)),
                ('kind', models.CharField(choices=[('province', 'จังหวัด'), ('district', 'อำเภอหรือเขต'), ('subdistrict', 'ตำบลหรือแขวง')], max_length=12)),
                ('region', models.CharField(blank=True, choices=[('north', 'ภาคเหนือ'), ('northeast', 'ภาคตะวันออกเฉียงเหนือ'), ('central', 'ภาคกลาง'), ('east', 'ภาคตะวันออก'), ('west', 'ภาคตะวันตก'), ('south', 'ภาคใต้')], default='', max_length=12)),
                ('letter_code', models.CharField(blank=True, default='', max_length=4)),
                ('postal_code', models.CharField(blank=True, default='', max_length=5)),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organisations.area')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'code'], name='area_kind_code')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='area_dates'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'province'), ('parent__isnull', True)), models.Q(('kind__in', ['district', 'subdistrict']), ('parent__isnull', False)), _connector='OR'), name='area_parent')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, default='', max_length=200)),
                ('sort_key', models.CharField(blank=True, default='', editable=False, max_length=1000)),
                ('search_key', models.CharField(blank=True, default='', editable=False, max_length=1000)),
                ('code', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('ministry', 'กระทรวง'), ('secretariat_unit', 'หน่วยงานเลขานุการของโครงการ'), ('office', 'สำนักงาน'), ('department', 'กรม'), ('province', 'จังหวัด'), ('provincial_office', 'ส่วนราชการประจำจังหวัด'), ('district', 'อำเภอ'), ('local_government', 'องค์กรปกครองส่วนท้องถิ่น'), ('state_enterprise', 'รัฐวิสาหกิจ'), ('branch', 'สาขา'), ('special', 'การปกครองรูปแบบพิเศษ'), ('other', 'หน่วยงานอื่น')], max_length=20)),
                ('type_th', models.CharField(blank=True, default='', max_length=80)),
                ('aliases', models.CharField(blank=True, default='', max_length=200)),
                ('letter_code', models.CharField(blank=True, default='', max_length=10)),
                ('unit_number', models.CharField(blank=True, default='', max_length=20)),
                ('address', models.CharField(blank=True, default='', max_length=400)),
                ('phone', models.CharField(blank=True, default='', max_length=100)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('head_title', models.CharField(blank=True, default='', max_length=120)),
                ('shares_with_supervisor', models.BooleanField(default=False)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('is_sample', models.BooleanField(default=False)),
                ('source', models.CharField(blank=True, default='', max_length=200)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='organisations.area')),
                ('successors', models.ManyToManyField(blank=True, related_name='predecessors', to='organisations.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'area'], name='organisation_kind_area'), models.Index(fields=['sort_key', 'id'], name='organisation_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='organisation_dates'), models.CheckConstraint(condition=models.Q(('kind__in', ['ministry', 'secretariat_unit', 'office', 'department', 'province', 'provincial_office', 'district', 'local_government', 'state_enterprise', 'branch', 'special', 'other'])), name='organisation_kind')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, default='', max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='names', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='organisation_name_dates'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('organisation',), name='organisation_name_current')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('title', models.CharField(blank=True, default='', max_length=60, verbose_name='คำนำหน้า')),
                ('name', models.CharField(max_length=200, verbose_name='ชื่อและนามสกุล')),
                ('position', models.CharField(blank=True, default='', max_length=200, verbose_name='ตำแหน่ง')),
                ('phone', models.CharField(blank=True, default='', max_length=100, verbose_name='โทรศัพท์')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='อีเมล')),
                ('is_sample', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='person', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name_th', models.CharField(max_length=200, verbose_name='ชื่อโครงการ')),
                ('name_en', models.CharField(blank=True, default='', max_length=200)),
                ('short_name', models.CharField(max_length=40)),
                ('website', models.URLField(blank=True, default='')),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('phone', models.CharField(blank=True, default='', max_length=100)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('host', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hosted_programmes', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('line', 'สังกัด'), ('supervision', 'อยู่ในกำกับดูแลของ'), ('territory', 'ตั้งอยู่ในพื้นที่ของ'), ('issues_for', 'ออกหนังสือในนาม')], max_length=12)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='upward', to='organisations.organisation')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downward', to='organisations.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['parent', 'kind'], name='relation_down'), models.Index(fields=['child', 'kind'], name='relation_up')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='relation_dates'), models.CheckConstraint(condition=models.Q(('child', models.F('parent')), _negated=True), name='relation_not_itself'), models.CheckConstraint(condition=models.Q(('kind__in', ['line', 'supervision', 'territory', 'issues_for'])), name='relation_kind'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('kind', 'child', 'parent'), name='relation_current_unique')],
            },
        ),
        migrations.CreateModel(
            name='ServiceCentre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('name_th', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, default='', max_length=200)),
                ('sort_key', models.CharField(blank=True, default='', editable=False, max_length=1000)),
                ('search_key', models.CharField(blank=True, default='', editable=False, max_length=1000)),
                ('kind', models.CharField(choices=[('office', 'จุดบริการในสำนักงาน'), ('counter', 'จุดบริการนอกสำนักงาน'), ('mobile', 'หน่วยบริการเคลื่อนที่'), ('online', 'บริการออนไลน์'), ('hotline', 'ศูนย์บริการทางโทรศัพท์'), ('other', 'อื่น ๆ')], default='office', max_length=10)),
                ('address', models.CharField(blank=True, default='', max_length=400, verbose_name='ที่อยู่')),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('hours', models.JSONField(blank=True, default=list)),
                ('phone', models.CharField(blank=True, default='', max_length=100, verbose_name='โทรศัพท์')),
                ('email', models.EmailField(blank=True, default='', max_length=254, verbose_name='อีเมล')),
                ('website', models.URLField(blank=True, default='', verbose_name='เว็บไซต์')),
                ('services', models.JSONField(blank=True, default=list)),
                ('opened_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('is_sample', models.BooleanField(default=False)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='centres', to='organisations.area')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='centres', to='organisations.organisation')),
                ('successors', models.ManyToManyField(blank=True, related_name='predecessors', to='organisations.servicecentre')),
            ],
            options={
                'indexes': [models.Index(fields=['sort_key', 'id'], name='centre_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('opened_on__isnull', True), ('closed_on__isnull', True), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='centre_dates'), models.CheckConstraint(condition=models.Q(('kind__in', ['office', 'counter', 'mobile', 'online', 'hotline', 'other'])), name='centre_kind'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='centre_place')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('role', models.CharField(choices=[('secretariat', 'ฝ่ายเลขานุการโครงการ'), ('supervisor', 'ผู้กำกับติดตาม'), ('clerk', 'เจ้าหน้าที่สารบรรณ'), ('officer', 'ผู้รับผิดชอบของศูนย์'), ('helper', 'ผู้ช่วย'), ('head', 'หัวหน้าหน่วยงาน'), ('evaluator', 'ผู้ตรวจประเมิน'), ('committee', 'คณะกรรมการ'), ('auditor', 'ผู้ตรวจสอบระบบ'), ('administrator', 'ผู้ดูแลบัญชีของหน่วยงาน')], max_length=14)),
                ('reach', models.CharField(choices=[('own', 'เฉพาะหน่วยงานนี้'), ('line', 'หน่วยงานนี้และหน่วยงานในสังกัด'), ('area', 'ทุกหน่วยงานในพื้นที่'), ('supervision', 'หน่วยงานในกำกับดูแล')], default='own', max_length=12)),
                ('title', models.CharField(blank=True, default='', max_length=200, verbose_name='ตำแหน่งหรือหน้าที่')),
                ('stand_in', models.BooleanField(default=False)),
                ('valid_from', models.DateField(verbose_name='ตั้งแต่วันที่')),
                ('ended_reason', models.CharField(blank=True, default='', max_length=200)),
                ('source', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisations.organisation')),
                ('appointed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments_made', to='organisations.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='organisations.person')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisations.programme')),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisations.servicecentre')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'role'], name='appointment_at'), models.Index(fields=['person', 'valid_from'], name='appointment_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='appointment_dates'), models.CheckConstraint(condition=models.Q(('role__in', ['secretariat', 'supervisor', 'clerk', 'officer', 'helper', 'head', 'evaluator', 'committee', 'auditor', 'administrator'])), name='appointment_role'), models.CheckConstraint(condition=models.Q(('reach__in', ['own', 'line', 'area', 'supervision'])), name='appointment_reach'), models.UniqueConstraint(models.F('person'), models.F('role'), models.F('organisation'), django.db.models.functions.comparison.Coalesce('centre', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('programme', 0, output_field=models.BigIntegerField()), models.F('reach'), models.F('stand_in'), condition=models.Q(('valid_to__isnull', True)), name='appointment_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('note', models.TextField(blank=True, default='')),
                ('moved', models.JSONField(default=dict)),
                ('kept', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('from_appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_to', to='organisations.appointment')),
                ('to_appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_from', to='organisations.appointment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kept', False)), fields=('from_appointment',), name='handover_once'), models.CheckConstraint(condition=models.Q(('from_appointment', models.F('to_appointment')), _negated=True), name='handover_to_another')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('role', models.CharField(choices=[('secretariat', 'ฝ่ายเลขานุการโครงการ'), ('supervisor', 'ผู้กำกับติดตาม'), ('clerk', 'เจ้าหน้าที่สารบรรณ'), ('officer', 'ผู้รับผิดชอบของศูนย์'), ('helper', 'ผู้ช่วย'), ('head', 'หัวหน้าหน่วยงาน'), ('evaluator', 'ผู้ตรวจประเมิน'), ('committee', 'คณะกรรมการ'), ('auditor', 'ผู้ตรวจสอบระบบ'), ('administrator', 'ผู้ดูแลบัญชีของหน่วยงาน')], max_length=14)),
                ('reach', models.CharField(choices=[('own', 'เฉพาะหน่วยงานนี้'), ('line', 'หน่วยงานนี้และหน่วยงานในสังกัด'), ('area', 'ทุกหน่วยงานในพื้นที่'), ('supervision', 'หน่วยงานในกำกับดูแล')], default='own', max_length=12)),
                ('title', models.CharField(blank=True, default='', max_length=200, verbose_name='ตำแหน่งหรือหน้าที่')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('email', models.EmailField(blank=True, default='', max_length=254)),
                ('issued_by', models.CharField(max_length=120)),
                ('issued_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('source', models.CharField(blank=True, default='', max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisations.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='organisations.person')),
                ('used_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='used_invitations', to='organisations.person')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisations.programme')),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='organisations.servicecentre')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['secretariat', 'supervisor', 'clerk', 'officer', 'helper', 'head', 'evaluator', 'committee', 'auditor', 'administrator'])), name='invitation_role'), models.CheckConstraint(condition=models.Q(('reach__in', ['own', 'line', 'area', 'supervision'])), name='invitation_reach'), models.CheckConstraint(condition=models.Q(models.Q(('used_at__isnull', True), ('used_by__isnull', True)), models.Q(('used_at__isnull', False), ('used_by__isnull', False)), _connector='OR'), name='invitation_used_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='CentreEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('renamed', 'เปลี่ยนชื่อ'), ('upgraded', 'ยกฐานะ'), ('moved', 'ย้ายที่ตั้งหรือสังกัด'), ('merged', 'รวมกับศูนย์อื่น'), ('split', 'แยกเป็นหลายศูนย์'), ('closed', 'ยุติการให้บริการ')], max_length=10)),
                ('on', models.DateField()),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('note', models.CharField(blank=True, default='', max_length=400)),
                ('recorded_at', models.DateTimeField(default=saduak.foundation.clock.wall, editable=False)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='organisations.servicecentre')),
            ],
            options={
                'indexes': [models.Index(fields=['centre', 'on'], name='centre_event_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['renamed', 'upgraded', 'moved', 'merged', 'split', 'closed'])), name='centre_event_kind')],
            },
        ),
        migrations.CreateModel(
            name='TreePath',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('line', 'Line'), ('supervision', 'Supervision'), ('area', 'Area')], max_length=12)),
                ('path', models.CharField(max_length=120)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paths', to='organisations.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'path', 'organisation'], name='tree_path_range')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'path'), name='tree_path_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['line', 'supervision', 'area'])), name='tree_path_kind')],
            },
        ),
    ]
