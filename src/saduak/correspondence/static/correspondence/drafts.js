/* Fields that saved by themselves carry a newer version than the page: the plain form tells it along.
   What is missing leads into its field, also where that stands in a fold. */
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest("#lacks a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

for (const form of document.querySelectorAll("form[data-autosave]")) {
  form.addEventListener("formdata", (event) => {
    const page = form.querySelector("input[type=hidden][name=version]")?.value;
    for (const control of form.elements) {
      const version = control.dataset?.version;
      if (control.name && version && version !== page) event.formData.set(`seen-${control.name}`, version);
    }
  });
}
