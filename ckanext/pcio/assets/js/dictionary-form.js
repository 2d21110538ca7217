/* The form of a data dictionary: adds, removes and moves columns without sending the form, counts
 * what is described, and asks before unsaved words are lost. The form works without it.
 */
"use strict";

(function () {
  var form = document.querySelector("[data-pcio-dictionary]");
  if (!form) return;
  var list = form.querySelector("[data-columns]");
  var fresh = form.querySelector("[data-new]");
  var count = form.querySelector("[data-count]");
  var filter = form.querySelector("[data-filter]");
  var unsaved = form.hasAttribute("data-unsaved");
  var next = list.children.length;

  function value(column, part) {
    var field = column.querySelector("[name$='-" + part + "']");
    return field ? field.value.trim() : null;
  }

  function told(column) {
    var type = value(column, "type");
    return value(column, "name") !== "" && type !== "" &&
      Boolean(value(column, "description") || value(column, "label"));
  }

  function renew() {
    var columns = Array.prototype.slice.call(list.children);
    var only = filter.querySelector("input").checked;
    var number = 0;
    columns.forEach(function (column, place) {
      var good = told(column);
      number += good ? 1 : 0;
      column.querySelector("[data-number]").textContent = place + 1;
      // What is being written now stays in sight.
      column.hidden = only && good && !column.contains(document.activeElement);
    });
    count.textContent = count.dataset.count.replace("{told}", number).replace("{number}", columns.length);
  }

  function add() {
    var markup = fresh.innerHTML.replace(/NEW/g, String(next));
    next += 1;
    list.insertAdjacentHTML("beforeend", markup);
    list.lastElementChild.querySelector("input").focus();
  }

  function move(column, verb) {
    var focused = document.activeElement;
    if (verb === "up" && column.previousElementSibling) {
      list.insertBefore(column, column.previousElementSibling);
    } else if (verb === "down" && column.nextElementSibling) {
      list.insertBefore(column.nextElementSibling, column);
    }
    focused.focus();
  }

  function remove(column) {
    var neighbour = column.nextElementSibling || column.previousElementSibling;
    column.remove();
    var target = neighbour && neighbour.querySelector("input");
    (target || form.querySelector("[data-do='add']")).focus();
  }

  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]");
    if (!button) return;
    event.preventDefault();
    var verb = button.dataset.do;
    if (verb === "add") add();
    else if (verb === "remove") remove(button.closest("[data-column]"));
    else move(button.closest("[data-column]"), verb);
    unsaved = true;
    renew();
  });

  form.addEventListener("input", function (event) {
    if (!filter.contains(event.target)) unsaved = true;
    renew();
  });
  form.addEventListener("submit", function () { unsaved = false; });
  window.addEventListener("beforeunload", function (event) {
    if (unsaved) event.preventDefault();
  });

  filter.hidden = false;
  renew();
  var refusal = document.getElementById("pcio-refusal");
  if (refusal) refusal.focus();
})();
