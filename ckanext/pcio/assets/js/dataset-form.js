/* The metadata form: shows what the chosen type needs, opens the text box of "other", and keeps
 * level, licence and access condition in step with the category. A courtesy only: the form works
 * without it, and every rule is checked on the server.
 *
 * data-module-levels: {categories: {key: {levels, condition}}, refused: {level: [licence, ...]}}
 * data-module-changed: "yes" when the page holds entries that were refused, so not saved
 *
 * The count of the mandatory items is in dataset-meter.js, help with typing in dataset-typing.js.
 */
"use strict";

ckan.module("pcio-dataset-form", function ($) {
  return {
    options: { levels: {}, changed: "" },

    initialize: function () {
      var root = this.el[0];
      this.root = root;
      root.classList.add("pcio-form-live");
      root.addEventListener("change", this.refresh.bind(this));
      this.refresh();
      var parts = window.pcioFormParts || {};
      Object.keys(parts).forEach(function (name) { parts[name](root, this); }, this);
      this.askBeforeLeaving();
      this.goToErrors();
    },

    field: function (name) {
      return this.root.querySelector('[data-pcio-field="' + name + '"]');
    },

    /* Keys of the chosen values of a list, whatever control it is. */
    keys: function (name) {
      var holder = this.field(name);
      if (!holder) return [];
      return Array.prototype.map.call(
        holder.querySelectorAll("input:checked, option:checked"),
        function (chosen) { return chosen.dataset.key || ""; }
      );
    },

    refresh: function () {
      var type = this.keys("data_type")[0] || "";
      var self = this;
      // The resource form has no type to choose: the server leaves out what does not belong.
      var typed = Boolean(this.field("data_type"));
      this.root.querySelectorAll("[data-pcio-field]").forEach(function (field) {
        var types = (field.dataset.pcioTypes || "").split(" ").filter(Boolean);
        var shown = !typed || !types.length || types.indexOf(type) >= 0;
        var list = field.dataset.pcioOtherOf;
        if (list) shown = shown && self.keys(list).indexOf("other") >= 0;
        // A refused value is never hidden from the person who has to mend it.
        field.hidden = !shown && !field.classList.contains("error");
        field.classList.toggle("pcio-type-known", Boolean(type) && types.indexOf(type) >= 0);
      });
      this.root.querySelectorAll("[data-pcio-group]").forEach(function (group) {
        group.hidden = !group.querySelector("[data-pcio-field]:not([hidden])");
      });
      this.askInterval();
      this.noteType(type);
      this.limitLevels();
    },

    askInterval: function () {
      var field = this.field("update_frequency_interval");
      if (!field) return;
      var unit = this.keys("update_frequency_unit")[0] || "";
      var input = field.querySelector("input");
      field.hidden = ((this.options.rules || {}).no_interval || []).indexOf(unit) >= 0
        && !input.value && !field.classList.contains("error");
    },

    /* Says where the fields of the chosen type appeared. */
    noteType: function (type) {
      var note = this.root.querySelector("[data-pcio-type-note] a");
      var group = this.root.querySelector('[data-pcio-group="by_type"]');
      if (!note || !group || note.dataset.type === type) return;
      note.dataset.type = type;
      note.hidden = !type || group.hidden;
      note.textContent = note.hidden ? "" : (this.options.typeText || "")
        .replace("{number}", group.querySelectorAll("[data-pcio-field]:not([hidden])").length)
        .replace("{group}", group.querySelector("legend").textContent);
    },

    limitLevels: function () {
      var category = document.getElementById("field-data_category");
      var level = document.getElementById("field-data_classification");
      var condition = document.getElementById("field-accessible_condition");
      var rules = this.options.levels.categories;
      if (!category || !level || !rules) return;
      var key = this.keys("data_category")[0] || "";
      var rule = rules[key];
      this.offer(level, function (option) {
        return !rule || rule.levels.indexOf(option) >= 0;
      });
      if (this.category !== undefined && this.category !== key) {
        var before = rules[this.category];
        this.category = key;
        var chosen = this.keys("data_classification")[0];
        if (rule && rule.levels.indexOf(chosen) < 0) {
          this.choose(level, rule.levels.length === 1 ? rule.levels[0] : "");
          this.limitLevels();
        }
        // The condition is filled in only where nobody has written one.
        if (condition && (!condition.value || (before && condition.value === before.condition))) {
          condition.value = (rule && rule.condition) || "";
        }
      }
      this.category = key;
      this.limitLicences(rule);
    },

    /* Takes away the licences that no level the dataset can have bears. */
    limitLicences: function (rule) {
      var licence = document.getElementById("field-license_id");
      if (!licence) return;
      var stated = this.keys("data_classification")[0];
      var levels = stated ? [stated] : (rule ? rule.levels : []);
      var refused = this.options.levels.refused || {};
      this.offer(licence, function (option) {
        return !levels.length || levels.some(function (level) {
          return (refused[level] || []).indexOf(option) < 0;
        });
      });
    },

    /* Leaves on offer what `allowed` says, the blank, and what is chosen: it may be stored so. */
    offer: function (select, allowed) {
      Array.prototype.forEach.call(select.options, function (option) {
        option.hidden = option.disabled =
          Boolean(option.value) && !option.selected && !allowed(option.dataset.key);
      });
    },

    choose: function (select, key) {
      Array.prototype.forEach.call(select.options, function (option) {
        if ((option.dataset.key || "") === key) select.value = option.value;
      });
    },

    askBeforeLeaving: function () {
      var form = this.root.closest("form");
      if (!form || !this.field("data_type")) return;
      var changed = this.options.changed === "yes";
      form.addEventListener("input", function () { changed = true; });
      form.addEventListener("submit", function () { changed = false; });
      window.addEventListener("beforeunload", function (event) {
        if (changed) event.preventDefault();
      });
    },

    goToErrors: function () {
      var summary = document.querySelector(".pcio-errors");
      if (summary) summary.focus();
      else if (window.location.hash.indexOf("#field-") === 0) {
        var target = document.getElementById(window.location.hash.slice(1));
        if (target) { target.focus(); target.scrollIntoView({ block: "center" }); }
      }
    }
  };
});
