import django.db.models.deletion
import saduak.foundation.clock
import saduak.foundation.ids
from django.db import migrations, models

from saduak.foundation.migrating import ManyTables


class Migration(ManyTables):

    initial = True

    dependencies = [
        ('assessment', '0001_initial'),
        ('foundation', '0001_initial'),
        ('programme', '0001_initial'),
        ('register', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('number', models.CharField(max_length=100)),
                ('dated', models.DateField()),
                ('valid_from', models.DateField()),
                ('state', models.CharField(choices=[('preparing', 'กำลังจัดทำใบรับรอง'), ('ready', 'พร้อมประกาศ'), ('published', 'ประกาศแล้ว')], default='preparing', max_length=20)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.batch')),
                ('publication', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='announcement_row', to='register.publication')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='programme.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'number'), name='announcement_number'), models.CheckConstraint(condition=models.Q(('state__in', ['preparing', 'published', 'ready'])), name='announcement_state')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('number', models.CharField(max_length=40)),
                ('held_on', models.DateField()),
                ('place', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(choices=[('open', 'กำลังพิจารณา'), ('closed', 'รับรองมติแล้ว')], default='open', max_length=20)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='programme.round')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'number'), name='meeting_number'), models.CheckConstraint(condition=models.Q(('state__in', ['closed', 'open'])), name='meeting_state')],
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('ordinal', models.PositiveIntegerField()),
                ('number', models.CharField(blank=True, default='', max_length=60)),
                ('decision', models.CharField(choices=[('certify', 'รับรอง'), ('refuse', 'ไม่รับรอง'), ('defer', 'เลื่อนพิจารณา')], max_length=10)),
                ('level_key', models.CharField(blank=True, default='', max_length=40)),
                ('total', models.DecimalField(decimal_places=2, max_digits=6)),
                ('reason', models.TextField()),
                ('departs', models.BooleanField(default=False)),
                ('decided_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('announcement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='certification.announcement')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='assessment.case')),
                ('certificate', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolution', to='register.certificate')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='certification.meeting')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'case'), name='resolution_once_per_meeting'), models.UniqueConstraint(fields=('meeting', 'ordinal'), name='resolution_ordinal'), models.UniqueConstraint(condition=models.Q(('decision__in', ['certify', 'refuse'])), fields=('case',), name='resolution_final_once'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'certify'), models.Q(('level_key', ''), _negated=True)), models.Q(models.Q(('decision', 'certify'), _negated=True), ('level_key', '')), _connector='OR'), name='resolution_level')],
            },
        ),
    ]
