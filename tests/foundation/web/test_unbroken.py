"""A number inside a sentence stays on one line, and nothing of either passes unescaped."""

import pytest

from saduak.foundation.templatetags.thai import unbroken


@pytest.mark.parametrize(
    ("text", "part", "html"),
    [
        ("กรม ที่ มท 0810.7/ว 112", "มท 0810.7/ว 112", 'กรม ที่ <span class="nb">มท 0810.7/ว 112</span>'),
        ("กรม ที่ -", "", "กรม ที่ -"),
        ("กรม ที่ -", "ว 1", "กรม ที่ -"),
        ("<b> ที่ 1/<i>", "1/<i>", '&lt;b&gt; ที่ <span class="nb">1/&lt;i&gt;</span>'),
    ],
)
def test_a_part_is_kept_whole(text, part, html):
    assert unbroken(text, part) == html
