from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audits", "0005_duplicates_nearby_and_recurrence")]

    operations: ClassVar = [
        migrations.AddIndex(
            "defect", GinIndex(SearchVector("street_text", "note", config="simple"), name="defect_words")
        ),
    ]
