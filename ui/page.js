// Runs once for each part of the page that shows our markup. `element`, `trigger`, `props` and `watch` are gradio's.
// Buttons carry data-do; what needs the server becomes an event of that name.
const say = (words) => {
  const live = document.getElementById("or-said");
  if (live) live.textContent = words;
};
const copied = async (words, what) => {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Without https browsers have no clipboard API: the old way.
    const area = document.createElement("textarea");
    area.value = words;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(what + " copied");
};
const asked = (question) => {
  const box = document.querySelector("#or-question textarea");
  if (!box) return;
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
};
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button || !element.contains(button)) return;
  const data = { ...button.dataset };
  if (data.do === "open") {
    window.orOpener = button;
    trigger("open", data);
  } else if (data.do === "close") {
    trigger("close", {});
    if (window.orOpener?.isConnected) window.orOpener.focus();
  } else if (data.do === "rate") {
    data.above = element.closest("#or-past") ? element.querySelectorAll(".or-turn").length : 0;
    trigger("rate", data);
  } else if (data.do === "remove") {
    if (window.confirm(`Remove “${data.title}” from the index?`)) trigger("remove", data);
  } else if (data.do === "ask") {
    trigger("ask", data);
  } else if (data.do === "edit") {
    asked(data.question);
  } else if (data.do === "copy") {
    copied(data.copy, "Answer");
  } else if (data.do === "link") {
    copied(new URL(data.link, location.origin + location.pathname).href, "Link");
  }
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".or-paper")) {
    trigger("close", {});
    if (window.orOpener?.isConnected) window.orOpener.focus();
  }
});
watch("value", () => {
  const paper = element.querySelector(".or-paper");
  if (paper) {
    const words = paper.querySelector("mark") ?? paper.querySelector("h2");
    words.scrollIntoView({ block: "center" });
    words.focus({ preventScroll: true });
    return;
  }
  const turn = element.querySelector(".or-turn:last-child");
  if (turn && element.closest("#or-now")) turn.scrollIntoView({ block: "nearest" });
});
