/* The survey's form: hides what an option that is not chosen asks, shows a table's rows one by one,
 * counts characters, and asks before what is typed would be lost. The form works without it; it
 * never deletes what was typed.
 */
"use strict";

(function () {
  var NEAR = 0.8;

  function each(root, selector, work) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), work);
  }

  // ---- what is asked

  function chosen(ids) {
    return ids.split(" ").some(function (id) {
      var input = id && document.getElementById(id);
      return Boolean(input && input.checked);
    });
  }

  function showAsked(form) {
    each(form, "[data-pcio-asked-by]", function (part) {
      part.hidden = !chosen(part.dataset.pcioAskedBy);
    });
    each(form, "[data-pcio-asked-unless]", function (part) {
      part.hidden = chosen(part.dataset.pcioAskedUnless);
    });
    each(form, "[data-pcio-clear]", function (button) {
      button.hidden = !named(form, button.dataset.pcioClear).some(function (i) { return i.checked; });
    });
  }

  function named(form, name) {
    return Array.prototype.filter.call(form.querySelectorAll("input[type=radio]"), function (input) {
      return input.name === name;
    });
  }

  function clear(form, button) {
    var circles = named(form, button.dataset.pcioClear);
    circles.forEach(function (circle) { circle.checked = false; });
    changed(circles[0]);
    circles[0].focus();
  }

  // ---- rows of a table

  function rowsOf(table) {
    return Array.prototype.slice.call(table.querySelectorAll("[data-pcio-row]"));
  }

  function fields(row) {
    return Array.prototype.slice.call(row.querySelectorAll("textarea"));
  }

  function written(row) {
    return row.hasAttribute("data-pcio-filled") || Array.prototype.some.call(
      row.querySelectorAll("textarea, .pcio-proof input"), function (f) { return f.value.trim(); });
  }

  /* Shows the rows that say something and `more` blank ones, at least one. */
  function showRows(table, more) {
    var rows = rowsOf(table);
    var last = rows.reduce(function (found, row, i) { return written(row) ? i + 1 : found; }, 0);
    var shown = Math.min(rows.length, Math.max(1, last + more));
    rows.forEach(function (row, i) {
      row.hidden = i >= shown;
      row.querySelector("[data-pcio-remove]").hidden = shown === 1 && !written(row);
    });
    table.querySelector("[data-pcio-add]").hidden = shown === rows.length;
    table.pcioShown = shown;
  }

  function addRow(table) {
    var rows = rowsOf(table);
    var next = rows[table.pcioShown];
    if (!next) return;
    next.hidden = false;
    rows.slice(0, table.pcioShown + 1).forEach(function (row) {
      row.querySelector("[data-pcio-remove]").hidden = false;
    });
    table.pcioShown += 1;
    table.querySelector("[data-pcio-add]").hidden = table.pcioShown === rows.length;
    fields(next)[0].focus();
  }

  /* The rows below move up; where evidence hangs on a row's number, the row is only emptied. */
  function removeRow(table, row) {
    var rows = rowsOf(table).slice(0, table.pcioShown);
    var at = rows.indexOf(row);
    var keep = table.hasAttribute("data-pcio-keep");
    if (!keep) {
      for (var i = at; i + 1 < rows.length; i++) copy(fields(rows[i + 1]), fields(rows[i]));
    }
    var emptied = keep ? row : rows[rows.length - 1];
    copy(null, fields(emptied));
    each(emptied, ".pcio-proof input", function (input) { input.value = ""; });
    if (!keep) rowsOf(table).forEach(function (each) { each.removeAttribute("data-pcio-filled"); });
    var shown = table.pcioShown;
    if (emptied === rows[rows.length - 1] && !written(emptied)) shown = Math.max(1, shown - 1);
    showRows(table, 0);
    while (table.pcioShown < shown) addRow(table);
    changed(emptied.querySelector("textarea"));
    fields(rows[Math.min(at, shown - 1)])[0].focus();
  }

  function copy(from, to) {
    to.forEach(function (field, i) {
      field.value = from ? from[i].value : "";
      count(field);
    });
  }

  // ---- characters

  function count(field) {
    var most = Number(field.dataset.pcioMost);
    var length = field.value.trim().length;
    var told = document.getElementById(field.id + "!count");
    if (length < most * NEAR) {
      if (told) told.textContent = "";
      return;
    }
    if (!told) {
      told = document.createElement("span");
      told.id = field.id + "!count";
      told.className = "pcio-count";
      told.setAttribute("role", "status");
      field.parentNode.insertBefore(told, field.nextSibling);
    }
    told.textContent = length.toLocaleString("en") + " / " + most.toLocaleString("en");
    told.classList.toggle("pcio-count-over", length > most);
  }

  // ---- what is not saved

  function changed(input) {
    input.dispatchEvent(new Event("change", {bubbles: true}));
  }

  function sure(form) {
    var input = document.createElement("input");
    input.type = "hidden";
    input.name = "confirmed";
    input.value = "yes";
    form.appendChild(input);
  }

  function guard(form, words) {
    // What was refused is shown again and is not saved either.
    var dirty = Boolean(form.querySelector(".pcio-problem"));
    form.addEventListener("input", function () { dirty = true; });
    form.addEventListener("change", function () { dirty = true; });
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      var asks = button && button.dataset.pcioTakeAway;
      if (asks && !window.confirm(asks)) {
        event.preventDefault();
        return;
      }
      // What is written beside it comes back with the page, so nothing more is asked there.
      if (asks) sure(form);
      dirty = false;
    });
    window.addEventListener("beforeunload", function (event) {
      if (!dirty) return;
      event.preventDefault();
      event.returnValue = words;
    });
  }

  function begin(answer) {
    var form = answer.closest("form") || answer;
    answer.addEventListener("change", function () { showAsked(answer); });
    answer.addEventListener("input", function (event) {
      if (event.target.dataset.pcioMost) count(event.target);
    });
    answer.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      if ("pcioClear" in button.dataset) clear(answer, button);
      if ("pcioAdd" in button.dataset) addRow(button.closest("[data-pcio-table]"));
      if ("pcioRemove" in button.dataset) {
        removeRow(button.closest("[data-pcio-table]"), button.closest("[data-pcio-row]"));
      }
    });
    each(answer, "[data-pcio-table]", function (table) { showRows(table, 1); });
    each(answer, "[data-pcio-most]", count);
    showAsked(answer);
    guard(form, answer.dataset.pcioUnsaved);
  }

  each(document, "[data-pcio-answer]", begin);

  /* A place that is hidden could not be scrolled to. */
  function show() {
    var place = location.hash.indexOf("#place-") === 0 && document.getElementById(placeOfAddress());
    if (!place) return;
    for (var part = place; part; part = part.parentElement) {
      part.hidden = false;
      if (part.tagName === "DETAILS") part.open = true;
    }
    place.scrollIntoView();
    place.focus({preventScroll: true});
  }

  function placeOfAddress() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch (error) {
      return "";
    }
  }

  window.addEventListener("hashchange", show);
  show();

  each(document, "[data-pcio-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
