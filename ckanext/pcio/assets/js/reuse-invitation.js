/* After a download was clicked, asks beside the link what the data will be used for. The download
 * is not touched, and who has put the note away does not see it again in this window.
 */
"use strict";

(function () {
  var KEY = "pcio-invitation-put-away";
  var DOWNLOADS = ".resource-url-analytics, a[href*='/download/'], a[href*='/datastore/dump/']";
  var note = document.getElementById("pcio-invitation");
  if (!note) return;

  function putAway() {
    try { return sessionStorage.getItem(KEY); } catch (error) { return null; }
  }

  note.querySelector("button").addEventListener("click", function () {
    note.hidden = true;
    try { sessionStorage.setItem(KEY, "1"); } catch (error) { return; }
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest(DOWNLOADS);
    if (!link || putAway()) return;
    var item = link.closest(".resource-item");
    if (item) item.appendChild(note);
    note.hidden = false;
  });
})();
