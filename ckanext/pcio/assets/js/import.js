/* Renews how far an import is, every two seconds; the page itself when the import gets further.
   Without this script the page asks the browser to load it again. */
(function () {
  "use strict";
  var place = document.querySelector("[data-pcio-import]");
  if (!place || !window.fetch) return;
  var shown = place.textContent.trim();

  function later() { window.setTimeout(renew, document.hidden ? 10000 : 2000); }

  function renew() {
    window.fetch(place.dataset.pcioImport, { credentials: "same-origin" }).then(function (answer) {
      var state = answer.headers.get("X-Pcio-State");
      if (!answer.ok || !state) { later(); return; }
      if (state !== place.dataset.pcioState) { window.location.reload(); return; }
      answer.text().then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").body;
        // What is the same is not said again to a screen reader.
        if (fresh.textContent.trim() !== shown) {
          shown = fresh.textContent.trim();
          place.replaceChildren.apply(place, Array.from(fresh.childNodes));
        }
        later();
      });
    }).catch(later);
  }

  later();
})();
