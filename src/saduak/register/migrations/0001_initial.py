import django.db.models.deletion
import saduak.foundation.clock
import saduak.foundation.ids
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
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(default=saduak.foundation.clock.now)),
                ('published_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='organisations.programme')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=saduak.foundation.ids.public_id, editable=False, unique=True)),
                ('audit_seq', models.PositiveIntegerField(default=0, editable=False)),
                ('audit_head', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('code', models.CharField(max_length=10, unique=True)),
                ('number', models.CharField(max_length=60)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('level_key', models.CharField(max_length=40)),
                ('level_name', models.CharField(max_length=100)),
                ('level_ordinal', models.PositiveSmallIntegerField()),
                ('centre_name', models.CharField(max_length=300)),
                ('centre_name_en', models.CharField(blank=True, default='', max_length=300)),
                ('organisation_name', models.CharField(max_length=300)),
                ('area_code', models.CharField(blank=True, default='', max_length=10)),
                ('area_name', models.CharField(blank=True, default='', max_length=200)),
                ('sort_key', models.CharField(blank=True, default='', max_length=1000)),
                ('search_key', models.TextField(blank=True, default='')),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField()),
                ('announcement', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('standing', 'มีผลตามประกาศ'), ('replaced', 'ออกใหม่แทนแล้ว'), ('revoked', 'เพิกถอน')], default='standing', max_length=20)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_reason', models.CharField(blank=True, default='', max_length=500)),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='organisations.servicecentre')),
                ('pdf', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='organisations.programme')),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='register.certificate')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='programme.round')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='register.publication')),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'sort_key'], name='certificate_sorted'), models.Index(fields=['area_code'], name='certificate_area'), models.Index(fields=['valid_until'], name='certificate_expiry')],
                'constraints': [models.UniqueConstraint(fields=('programme', 'number'), name='certificate_number_unique'), models.UniqueConstraint(condition=models.Q(('round__isnull', False), ('state', 'standing')), fields=('centre', 'round'), name='certificate_once_per_round'), models.CheckConstraint(condition=models.Q(('state__in', ['replaced', 'revoked', 'standing'])), name='certificate_state'), models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('valid_from'))), name='certificate_dates')],
            },
        ),
    ]
