/* The metadata form: shows what the chosen type needs, opens the text box of "other", and keeps
 * level and access condition in step with the category. A courtesy only: the form works without
 * it, and every rule is checked on the server.
 *
 * data-module-levels: {category: {levels: [value, ...], condition: text}}
 */
"use strict";

ckan.module("pcio-dataset-form", function ($) {
  return {
    options: { levels: {} },

    initialize: function () {
      var root = this.el[0];
      this.root = root;
      root.classList.add("pcio-form-live");
      root.addEventListener("change", this.refresh.bind(this));
      this.refresh();
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
      this.root.querySelectorAll("[data-pcio-field]").forEach(function (field) {
        var types = (field.dataset.pcioTypes || "").split(" ").filter(Boolean);
        var shown = !types.length || !type || types.indexOf(type) >= 0;
        var list = field.dataset.pcioOtherOf;
        if (list) shown = shown && self.keys(list).indexOf("other") >= 0;
        // A refused value is never hidden from the person who has to mend it.
        field.hidden = !shown && !field.classList.contains("error");
        field.classList.toggle("pcio-type-known", Boolean(type));
      });
      this.root.querySelectorAll("[data-pcio-group]").forEach(function (group) {
        group.hidden = !group.querySelector("[data-pcio-field]:not([hidden])");
      });
      this.askInterval();
      this.limitLevels();
    },

    askInterval: function () {
      var field = this.field("update_frequency_interval");
      if (!field) return;
      var unit = this.keys("update_frequency_unit")[0] || "";
      var input = field.querySelector("input");
      field.hidden = ["realtime", "never", "unknown"].indexOf(unit) >= 0
        && !input.value && !field.classList.contains("error");
    },

    limitLevels: function () {
      var category = this.root.querySelector("[data-pcio-category]");
      var level = this.root.querySelector("[data-pcio-level]");
      var condition = this.root.querySelector("[data-pcio-condition]");
      if (!category || !level) return;
      var rule = this.options.levels[category.value];
      Array.prototype.forEach.call(level.options, function (option) {
        var allowed = !rule || !option.value || rule.levels.indexOf(option.value) >= 0;
        option.hidden = option.disabled = !allowed && !option.selected;
      });
      if (this.category === undefined) {
        this.category = category.value;
        return;
      }
      if (this.category === category.value) return;
      var before = this.options.levels[this.category];
      this.category = category.value;
      if (rule && rule.levels.indexOf(level.value) < 0) {
        level.value = rule.levels.length === 1 ? rule.levels[0] : "";
        this.limitLevels();
      }
      // The condition is filled in only where nobody has written one.
      if (condition && (!condition.value || (before && condition.value === before.condition))) {
        condition.value = (rule && rule.condition) || "";
      }
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
