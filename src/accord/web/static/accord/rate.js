"use strict";
/* The therapist's rating uses the lines of the check-in form (checkin.js) on a computer of the clinic: nothing is kept
   in the browser, and the answers leave by the form's own POST. This file stands in for the queue and for the parts of
   the page that only a client needs. Loaded before checkin.js. */
const Outbox = (() => {
  const nothing = () => Promise.resolve(undefined);
  const refuses = () => Promise.reject(new Error("nothing is kept on this computer"));
  return {
    listeners: [], get: nothing, remove: nothing, put: refuses, flush: nothing,
    // checkin.js comes here because nothing could be kept; the page then leaves by itself.
    attempt: () => {
      document.getElementById("checkin").submit();
      return new Promise(() => {});
    },
  };
})();
for (const id of ["kept", "wiped", "kept-note", "retry", "change"]) {
  const part = document.createElement(id === "retry" || id === "change" ? "button" : "div");
  part.id = id;
  part.hidden = true;
  document.body.append(part);
}
// Should the lines fail to draw, the number fields behind them come back.
addEventListener("error", () => document.documentElement.classList.remove("js"));
// How strong a tension was is asked once there was one.
{
  const form = document.getElementById("checkin");
  const strength = form.querySelector("[data-line='6']");
  const follow = () => { strength.hidden = form.elements["item-5"].value !== "1"; };
  form.addEventListener("change", follow);
  follow();
}
