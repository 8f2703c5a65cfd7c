from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='rejected_reason',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AlterField(
            model_name='score',
            name='points',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('rejected_reason', ''), _negated=True), _connector='OR'), name='case_rejected_why'),
        ),
    ]
