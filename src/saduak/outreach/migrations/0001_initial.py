import django.db.models.deletion
import saduak.foundation.clock
import saduak.foundation.ids
from django.db import migrations, models

from saduak.foundation.migrating import ManyTables


class Migration(ManyTables):

    initial = True

    dependencies = [
        ('correspondence', '0001_initial'),
        ('organisations', '0001_initial'),
        ('programme', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Briefing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('title', models.CharField(max_length=500)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('place', models.CharField(blank=True, default='', max_length=500)),
                ('channels', models.JSONField(default=list)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_reason', models.CharField(blank=True, default='', max_length=500)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='briefings', to='organisations.organisation')),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='briefings', to='correspondence.letter')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='briefings', to='programme.round')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='briefing_times'), models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('host', 'starts_at'), name='briefing_once')],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('what', models.CharField(max_length=500)),
                ('parts', models.JSONField(default=list)),
                ('briefing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='outreach.briefing')),
            ],
            options={
                'ordering': ['briefing_id', 'ordinal'],
                'constraints': [models.UniqueConstraint(fields=('briefing', 'ordinal'), name='agenda_item_ordinal')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('params', models.JSONField(default=dict)),
                ('target', models.UUIDField(blank=True, null=True)),
                ('dedupe', models.CharField(max_length=200, unique=True)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.servicecentre')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='organisations.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='organisations.person')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-created_at'], name='notice_person'), models.Index(fields=['organisation', '-created_at'], name='notice_office')],
                'constraints': [models.CheckConstraint(condition=models.Q(('person__isnull', False), ('organisation__isnull', False), _connector='OR'), name='notice_has_reader')],
            },
        ),
    ]
