/* The form of a reuse: suggests datasets while their titles are typed, and adds a line for another
 * dataset without sending the form. The form works without it.
 */
"use strict";

(function () {
  var PAUSE = 250;

  function suggest(line, source) {
    var list = document.createElement("datalist");
    list.id = "pcio-datasets-" + Math.random().toString(36).slice(2);
    line.parentNode.insertBefore(list, line.nextSibling);
    line.setAttribute("list", list.id);
    var timer, asked = "";
    line.addEventListener("input", function () {
      clearTimeout(timer);
      var text = line.value.trim();
      if (text.length < 2 || text === asked) return;
      timer = setTimeout(function () {
        asked = text;
        fetch(source + "?limit=8&q=" + encodeURIComponent(text))
          .then(function (answer) { return answer.json(); })
          .then(function (answer) { if (asked === text) fill(list, answer.result || []); })
          // Without suggestions the title can still be written.
          .catch(function () { return null; });
      }, PAUSE);
    });
  }

  function fill(list, found) {
    var titles = found.map(function (dataset) { return dataset.title; });
    list.replaceChildren.apply(list, found.map(function (dataset) {
      var option = document.createElement("option");
      var only = titles.indexOf(dataset.title) === titles.lastIndexOf(dataset.title);
      option.value = dataset.title && only ? dataset.title : dataset.name;
      if (!only) option.label = dataset.title;
      return option;
    }));
  }

  document.querySelectorAll("[data-pcio-datasets]").forEach(function (field) {
    var source = field.dataset.pcioSource;
    var lines = field.getElementsByClassName("pcio-dataset-line");
    Array.prototype.forEach.call(lines, function (line) { suggest(line, source); });
    field.querySelector(".pcio-more").addEventListener("click", function (event) {
      event.preventDefault();
      var last = lines[lines.length - 1];
      var line = last.cloneNode();
      line.value = "";
      line.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+/, lines.length + 1));
      this.parentNode.insertBefore(line, this);
      suggest(line, source);
      line.focus();
    });
  });

  var refusal = document.getElementById("pcio-refusal");
  if (refusal) refusal.focus();
})();
