(() => {
  'use strict';
  const main = document.querySelector('main');
  let busy = false;
  let again = false;

  // What the reader looks at stays where it is, whatever grows above.
  const keepingPlace = change => {
    const seen = [...main.children].find(part => part.id !== 'contents' && part.getBoundingClientRect().bottom > 60);
    const before = seen ? seen.getBoundingClientRect().top : 0;
    change();
    const now = seen && document.getElementById(seen.id);
    if (now && window.scrollY > 0) {
      window.scrollBy({top: now.getBoundingClientRect().top - before, behavior: 'instant'});
    }
  };

  const replace = (old, part) => {
    const places = [...old.querySelectorAll('.scroll')].map(box => [box.scrollLeft, box.scrollTop]);
    old.replaceWith(part);
    part.querySelectorAll('.scroll').forEach((box, i) => {
      if (places[i]) [box.scrollLeft, box.scrollTop] = places[i];
    });
  };

  const patch = parts => {
    const ids = new Set(parts.map(part => part.id));
    [...main.children].filter(part => !ids.has(part.id)).forEach(part => part.remove());
    parts.forEach((part, i) => {
      const old = document.getElementById(part.id);
      if (!old) {
        main.insertBefore(part, main.children[i] || null);
      } else if (old.dataset.key !== part.dataset.key) {
        replace(old, part);
      }
    });
  };

  const refresh = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const known = [...main.children].filter(part => part.id).map(part => part.id + '=' + part.dataset.key).join('&');
      const answer = await fetch('/parts?' + known, {cache: 'no-store'});
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const parts = [...page.querySelector('main').children].map(part => document.adoptNode(part));
        keepingPlace(() => patch(parts));
        document.title = page.title;
      }
    } catch {
      // the page is closed: what is shown stays
    }
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  };

  const events = new EventSource('/events');
  events.addEventListener('grown', refresh);
  events.addEventListener('end', () => events.close());
})();
