/* The count of the mandatory items, in step with what is typed. The server counts again when the
 * form is saved (standard/completeness.py); a test holds the two to the same answers.
 *
 * data-module-rules: {items: [{code, number, field, label}], dashes, email, no_interval,
 * longest_interval}. Which values a list knows is said by its options: a value without a data-key
 * is none of the standard's.
 */
"use strict";

window.pcioFormParts = window.pcioFormParts || {};

window.pcioFormParts.meter = function (root, form) {
  var rules = form.options.rules;
  var meter = root.querySelector("[data-pcio-meter]");
  if (!rules || !meter) return;
  var SAID_AFTER = 900;
  var invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
  var dashes = new RegExp(
    "^[" + rules.dashes.replace(/[\]\\^-]/g, "\\$&") + "]*$"
  );
  var email = new RegExp("^(?:" + rules.email + ")$");
  var timer = null;

  function clean(text) { return (text || "").replace(invisible, "").trim(); }
  function stated(text) { return !dashes.test(clean(text)); }
  function arabic(text) {
    return text.replace(/[\u0e50-\u0e59]/g, function (digit) {
      return String(digit.charCodeAt(0) - 0x0e50);
    });
  }
  function typed(name) {
    var input = document.getElementById("field-" + name);
    return input ? input.value || "" : "";
  }

  /* Of a list: something is chosen, all of it is of the standard, "other" is explained. */
  function chosen(name) {
    var holder = form.field(name);
    var options = holder.querySelectorAll("input:checked, option:checked");
    var found = Array.prototype.filter.call(options, function (one) { return one.value; });
    if (!found.length) return false;
    return found.every(function (one) {
      if (!one.dataset.key || one.hasAttribute("data-not-present")) return false;
      return one.dataset.key !== "other" || stated(typed(name + "_other"));
    });
  }

  var special = {
    owner_org: function () { return Boolean(typed("owner_org")); },
    maintainer_email: function () {
      var text = clean(typed("maintainer_email"));
      return stated(text) && email.test(text);
    },
    tags: function () { return typed("tag_string").split(",").some(stated); },
    update_frequency: function () {
      if (!chosen("update_frequency_unit")) return false;
      if (rules.no_interval.indexOf(form.keys("update_frequency_unit")[0]) >= 0) return true;
      var number = arabic(clean(typed("update_frequency_interval")));
      return /^\d{1,9}$/.test(number) && +number >= 1 && +number <= rules.longest_interval;
    }
  };

  function isThere(item) {
    if (special[item.code]) return special[item.code]();
    var holder = form.field(item.field);
    return holder.querySelector("[data-key]") ? chosen(item.field) : stated(typed(item.field));
  }

  function fill(text, values) {
    return Object.keys(values).reduce(function (said, name) {
      return said.replace("{" + name + "}", values[name]);
    }, text || "");
  }

  function refresh() {
    var missing = [];
    rules.items.forEach(function (item) {
      var there = isThere(item);
      if (!there) missing.push(item);
      root.querySelector('[data-pcio-missing="' + item.code + '"]').hidden = there;
      var line = document.querySelector('[data-pcio-item="' + item.code + '"]');
      if (line) line.classList.toggle("pcio-item-ok", there);
    });
    var total = rules.items.length;
    var values = { filled: total - missing.length, total: total, number: missing.length };
    meter.querySelector("meter").value = values.filled;
    meter.querySelector("[data-pcio-count]").textContent = fill(form.options.countText, values);
    meter.querySelector("[data-pcio-missing-count]").textContent =
      fill(form.options.missingText, values);
    meter.querySelector("[data-pcio-missing-list]").hidden = !missing.length;
    meter.classList.toggle("pcio-complete", !missing.length);
    say(values, missing[0]);
  }

  /* Told once typing rests, and only what changed. */
  function say(values, next) {
    var text = fill(next ? form.options.saidText : form.options.doneText, values)
      .replace("{next}", next ? next.label : "");
    var said = meter.querySelector("[data-pcio-said]");
    clearTimeout(timer);
    if (form.said === undefined) { form.said = text; return; }
    timer = setTimeout(function () {
      if (form.said !== text) { form.said = text; said.textContent = text; }
    }, SAID_AFTER);
  }

  // A link to the item whose number is missing leads to the box of the number.
  root.querySelector('[data-pcio-missing="update_frequency"] a')
    .addEventListener("click", function () {
      this.hash = "#field-update_frequency_"
        + (chosen("update_frequency_unit") ? "interval" : "unit");
    });
  // The list is in the way of the field it leads to.
  meter.addEventListener("click", function (event) {
    if (event.target.closest("a")) meter.querySelector("details").open = false;
  });
  root.addEventListener("input", refresh);
  root.addEventListener("change", refresh);
  refresh();
};
