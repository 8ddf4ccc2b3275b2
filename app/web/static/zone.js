// Puts the browser's own time zone into a form that asks for one. Nothing is sent before its button is pressed.
"use strict";

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const select of document.querySelectorAll("select[name=zone]")) {
  if (!own || select.value) continue;
  // An old name of a zone stands in no list.
  const listed = [...select.options].some((each) => each.value === own);
  if (!listed) select.add(new Option(own.split("/").pop().replaceAll("_", " "), own));
  select.value = own;
}
