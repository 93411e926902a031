/// The style and the script of the reference page. They are files of their own, so that the page can forbid all others.
enum DocsAssets {
  static let style = """
    :root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: #0b63ce; }
    @media (prefers-color-scheme: dark) { :root { --accent: #6db3ff; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 76rem; padding: 0 1rem 4rem; font: 16px/1.5 system-ui, sans-serif; }
    a { color: var(--accent); }
    h1 { margin: 1.5rem 0 0; } h2 { margin-top: 3rem; } h3 { margin: 0 0 .5rem; overflow-wrap: anywhere; }
    h4 { margin: 1rem 0 .25rem; }
    nav details { border-bottom: 1px solid var(--line); padding: .25rem 0; }
    nav summary { cursor: pointer; font-weight: 600; }
    nav ul { margin: .25rem 0; padding-left: 1.25rem; }
    article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; scroll-margin-top: 1rem; }
    article:target { border-color: var(--accent); }
    .method { font-weight: 700; font-size: .85em; padding: .1rem .4rem; border-radius: .3rem; background: var(--soft); }
    .anchor { text-decoration: none; }
    .notes { margin: .5rem 0; padding-left: 1.25rem; }
    table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
    td { border-top: 1px solid var(--line); padding: .35rem .75rem .35rem 0; vertical-align: top; }
    pre { overflow-x: auto; background: var(--soft); padding: .75rem; border-radius: .4rem; }
    em { font-size: .85em; opacity: .8; }
    form { display: grid; gap: .5rem; margin: .75rem 0; }
    input, textarea, button { font: inherit; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .4rem; }
    textarea { font-family: ui-monospace, monospace; min-height: 8rem; width: 100%; }
    button { cursor: pointer; justify-self: start; }
    #tools { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
    #tools form { display: flex; flex-wrap: wrap; margin: 0; }
    [hidden] { display: none; }
    @media (min-width: 60rem) {
      body { display: grid; grid-template-columns: 16rem minmax(0, 1fr); column-gap: 2rem; }
      header { grid-column: 1 / 3; }
      nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; align-self: start; padding: 1rem 0; }
    }
    """

  static let script = """
    "use strict";
    // Elements are made with texts, never with markup: responses are shown as they came.
    const make = (name, properties = {}, ...children) => {
      const element = Object.assign(document.createElement(name), properties);
      element.append(...children);
      return element;
    };
    const articles = [...document.querySelectorAll("article")];
    const tools = document.getElementById("tools");

    const search = make("input", { type: "search", placeholder: "Search", ariaLabel: "Search" });
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      for (const article of articles) {
        const text = article.textContent.toLowerCase();
        article.hidden = !words.every((word) => text.includes(word));
      }
      for (const section of document.querySelectorAll("main > section")) {
        section.hidden = words.length > 0 && [...section.querySelectorAll("article")].every((one) => one.hidden);
      }
    });
    tools.append(search);

    // The token lives as long as the tab.
    const store = sessionStorage;
    const state = make("span");
    const showState = () => { state.textContent = store.getItem("token") ? "Signed in." : ""; };
    const email = make("input", { type: "email", placeholder: "Email", ariaLabel: "Email", autocomplete: "username", required: true });
    const password = make("input", {
      type: "password", placeholder: "Password", ariaLabel: "Password", autocomplete: "current-password", required: true,
    });
    const signIn = make("form", {}, email, password, make("button", { textContent: "Sign in" }));
    signIn.addEventListener("submit", async (event) => {
      event.preventDefault();
      store.removeItem("token");
      try {
        const response = await fetch("/api/identity/login", {
          method: "POST", headers: { "content-type": "application/json" },
          body: JSON.stringify({ email: email.value, password: password.value }),
        });
        const answer = await response.json();
        if (!response.ok) throw new Error(answer.detail ?? answer.title);
        store.setItem("token", answer.access_token);
        password.value = "";
        showState();
      } catch (error) {
        state.textContent = "Not signed in: " + error.message;
      }
    });
    const given = make("input", { type: "password", placeholder: "or a token, or an API key", ariaLabel: "Token or API key", autocomplete: "off" });
    given.addEventListener("change", () => { store.setItem("token", given.value.trim()); showState(); });
    tools.append(signIn, given, state);
    showState();

    const build = (article, form) => {
      let path = article.dataset.path;
      const query = new URLSearchParams();
      const headers = {};
      for (const input of form.querySelectorAll("input")) {
        if (input.value === "") continue;
        const { name, place, list } = input.dataset;
        if (place === "path") path = path.replace("{" + name + "}", encodeURIComponent(input.value));
        if (place === "query") for (const one of list ? input.value.split(",") : [input.value]) query.append(name, one.trim());
        if (place === "header") headers[name] = input.value;
      }
      // A token has three parts; what has not is a key.
      const secret = store.getItem("token");
      if (secret?.split(".").length === 3) headers.authorization = "Bearer " + secret;
      else if (secret && article.dataset.key) headers[article.dataset.key] = secret;
      const body = form.querySelector("textarea")?.value ?? form.querySelector("input[type=file]")?.files[0];
      if (body !== undefined) headers["content-type"] = article.dataset.type;
      return [path + (query.size > 0 ? "?" + query : ""), { method: article.dataset.method, headers, body }];
    };

    for (const article of articles.filter((one) => one.dataset.method)) {
      const form = make("form");
      for (const row of article.querySelectorAll("tr[data-name]")) {
        const input = make("input", { value: row.dataset.example, placeholder: row.dataset.name, ariaLabel: row.dataset.name });
        [input.dataset.name, input.dataset.place, input.dataset.list] = [row.dataset.name, row.dataset.in, row.dataset.list];
        // A page cannot send cookies of its own choice.
        if (row.dataset.in === "cookie") input.disabled = true;
        if (row.dataset.name === "Idempotency-Key") input.value = crypto.randomUUID?.() ?? String(Math.random());
        form.append(input);
      }
      const isText = /json|text|xml|urlencoded/.test(article.dataset.type);
      const isFile = article.dataset.type && !isText && !article.dataset.type.startsWith("multipart/");
      if (isFile) form.append(make("input", { type: "file", ariaLabel: "Body" }));
      if (article.dataset.type && isText) form.append(make("textarea", { value: article.dataset.body, ariaLabel: "Body" }));
      const output = make("pre", { hidden: true });
      form.append(make("button", { textContent: "Send" }));
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        output.hidden = false;
        output.textContent = "…";
        try {
          const response = await fetch(...build(article, form));
          const text = await response.text();
          let shown = text;
          try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* It is no JSON. */ }
          output.textContent = response.status + " " + response.statusText + "\\n\\n" + shown;
        } catch (error) {
          output.textContent = "No response: " + error.message;
        }
      });
      article.append(make("details", {}, make("summary", { textContent: "Try it" }), form, output));
    }
    """
}
