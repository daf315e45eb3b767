/* Address suggestions: an editable combobox with a listbox (ARIA Authoring Practices). Without it, or when routing
   is away, the field is a plain text field. */
"use strict";
(() => {
  const WAIT_MS = 200;
  const SHORTEST = 3;
  const MOST = 8;

  const hidden = (kind, input) => document.querySelector(`[data-${kind}-of="${input.id}"]`);

  class Combobox {
    constructor(input) {
      this.input = input;
      this.options = [];
      this.active = -1;
      this.asked = 0;
      this.timer = null;
      this.build();
      input.addEventListener("input", () => this.typed());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.close());
    }

    build() {
      this.list = document.createElement("ul");
      this.list.id = `${this.input.id}-suggestions`;
      this.list.className = "suggestions";
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", this.input.dataset.label);
      this.said = document.createElement("span");
      this.said.className = "unseen";
      this.said.setAttribute("role", "status");
      this.input.after(this.list, this.said);
      this.input.setAttribute("role", "combobox");
      this.input.setAttribute("aria-autocomplete", "list");
      this.input.setAttribute("aria-expanded", "false");
      this.input.setAttribute("aria-controls", this.list.id);
    }

    typed() {
      clearTimeout(this.timer);
      const text = this.input.value.trim();
      if (text.length < SHORTEST) {
        this.close();
        return;
      }
      this.timer = setTimeout(() => this.ask(text), WAIT_MS);
    }

    async ask(text) {
      const number = ++this.asked;
      const query = new URLSearchParams({ q: text, limit: String(MOST) });
      let items = null;
      try {
        const answer = await fetch(`${this.input.dataset.addresses}?${query}`, { headers: { Accept: "application/json" } });
        items = answer.ok ? (await answer.json()).items : null;
      } catch {
        items = null;
      }
      if (number !== this.asked || document.activeElement !== this.input) return;
      if (items === null) this.close();
      else this.show(items);
    }

    show(items) {
      this.options = items;
      this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
      this.said.textContent = items.length
        ? this.input.dataset.found.replace("{count}", String(items.length))
        : this.input.dataset.none;
      this.expand(items.length > 0);
      this.move(-1);
    }

    option(item, index) {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.textContent = item.text;
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        this.choose(index);
      });
      return option;
    }

    key(event) {
      const open = !this.list.hidden;
      const count = this.options.length;
      if (event.key === "ArrowDown" && open) this.move((this.active + 1) % count);
      else if (event.key === "ArrowUp" && open) this.move(this.active <= 0 ? count - 1 : this.active - 1);
      else if (event.key === "Enter" && open && this.active >= 0) this.choose(this.active);
      else if (event.key === "Escape" && open) this.close();
      else return;
      event.preventDefault();
    }

    move(index) {
      this.active = index;
      [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
      if (index < 0) {
        this.input.removeAttribute("aria-activedescendant");
        return;
      }
      const option = this.list.children[index];
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    choose(index) {
      const item = this.options[index];
      this.input.value = item.text;
      hidden("id", this.input).value = item.address_id;
      hidden("picked", this.input).value = item.text;
      this.close();
    }

    expand(open) {
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
    }

    close() {
      this.asked++;
      clearTimeout(this.timer);
      this.expand(false);
      this.move(-1);
    }
  }

  document.querySelectorAll("input[data-addresses]").forEach((input) => new Combobox(input));
})();
