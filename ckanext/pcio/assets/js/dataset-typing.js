/* Help with typing: the name in web addresses a title will get, tags that are in use already.
 *
 * data-module-name-url: answers {name} for ?title=...; none where the dataset has its name
 * data-module-tags-url: CKAN's own completion of tags
 */
"use strict";

window.pcioFormParts = window.pcioFormParts || {};

window.pcioFormParts.typing = function (root, form) {
  var WAIT = 400;

  /* Calls `act` with the last answer only, however slowly the earlier ones come. */
  function asking(act) {
    var number = 0;
    var timer = null;
    return function (url) {
      clearTimeout(timer);
      var mine = ++number;
      timer = setTimeout(function () {
        fetch(url, { credentials: "same-origin" })
          .then(function (answer) { return answer.ok ? answer.json() : null; })
          .then(function (found) { if (found && mine === number) act(found); })
          .catch(function () { /* no suggestion is no harm */ });
      }, WAIT);
    };
  }

  function previewName() {
    var title = document.getElementById("field-title");
    var name = document.getElementById("field-name");
    var preview = root.querySelector("[data-pcio-name-preview]");
    if (!title || !name || !preview || !form.options.nameUrl) return;
    var ask = asking(function (found) {
      preview.querySelector("code").textContent = found.name;
      preview.hidden = !found.name || Boolean(name.value.trim());
    });
    function refresh() {
      if (name.value.trim() || !title.value.trim()) preview.hidden = true;
      else ask(form.options.nameUrl + "?title=" + encodeURIComponent(title.value));
    }
    title.addEventListener("input", refresh);
    name.addEventListener("input", refresh);
    refresh();
  }

  function suggestTags() {
    var tags = document.getElementById("field-tag_string");
    var list = document.getElementById("suggested-tags");
    if (!tags || !list || !form.options.tagsUrl) return;
    var before = "";
    var ask = asking(function (found) {
      var have = before.split(",").map(function (tag) { return tag.trim(); });
      var names = found.ResultSet.Result.map(function (one) { return one.Name; });
      list.replaceChildren.apply(list, names
        .filter(function (name) { return have.indexOf(name) < 0; })
        .map(function (name) {
          var option = document.createElement("option");
          option.value = before + name;
          return option;
        }));
    });
    tags.addEventListener("input", function () {
      // A list completes the whole box, so each suggestion repeats the tags that stand before.
      var comma = tags.value.lastIndexOf(",");
      before = comma < 0 ? "" : tags.value.slice(0, comma + 1) + " ";
      var word = tags.value.slice(comma + 1).trim();
      if (word) ask(form.options.tagsUrl + "?incomplete=" + encodeURIComponent(word));
    });
  }

  previewName();
  suggestTags();
};
