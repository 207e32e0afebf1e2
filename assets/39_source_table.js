/** A CSV file as a table, by the grid that the layout describes; its script is loaded with the first table. */
(function (footnote) {
  "use strict";

  const { t, places } = footnote;
  const SCRIPT = "/_dash-component-suites/dash_ag_grid/dash_ag_grid.min.js";
  let loaded = null;
  let drawn = 0;

  /** The component's script, once. */
  function component() {
    loaded ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = footnote.at(SCRIPT);
      script.onload = resolve;
      script.onerror = () => ((loaded = null), reject(new Error("the grid can't be loaded")));
      document.head.append(script);
    });
    return loaded;
  }

  /**
   * @param {{title: string, parts: object[], table: {columns: string[], rows: string[][]}}} source
   * @param {function(string): void} tell what keeps the table from showing
   */
  function table(source, tell) {
    const { parts } = source;
    const { columns, rows } = source.table;
    const place = document.getElementById("source-table");
    const data = rows.map((row, n) => ({ row: String(n), ...Object.fromEntries(row.map((cell, at) => [`c${at}`, cell])) }));
    const find = places.finder(parts);
    let cited = new Set();
    let found = [];
    let now = -1;
    let left = false;
    const ready = draw().catch(() => tell(t("source.no_table")));

    /** Put the grid into its place, and wait until it stands; nothing where the source was left meanwhile. */
    async function draw() {
      await component();
      if (left) return null;
      const grid = JSON.parse(place.dataset.grid);
      grid.props.id += `-${(drawn += 1)}`; // the one before may still be there under its own
      grid.props.rowData = data;
      grid.props.columnDefs = columns.map((headerName, at) => ({ headerName, field: `c${at}` }));
      dash_clientside.set_props(place.id, { children: grid });
      const api = await until(() => left || window.dash_ag_grid?.getApi(grid.props.id));
      // Arrows go from cell to cell; Tab would take a thousand presses to come out again.
      if (!left) api.updateGridOptions({ tabToNextCell: () => false, tabToNextHeader: () => false });
      return api;
    }

    /** Tell the grid which rows are cited and found, and bring one into view. */
    async function paint(to) {
      const grid = await ready;
      if (left || !grid) return;
      const hits = new Set(found);
      grid.forEachNode((node) => {
        const n = Number(node.data.row);
        const marks = { cited: cited.has(n), found: hits.has(n), now: found[now] === n };
        if (Object.keys(marks).some((name) => Boolean(node.data[name]) !== marks[name])) node.setData({ ...node.data, ...marks });
      });
      const node = grid.getRowNode(String(to));
      if (node) grid.ensureNodeVisible(node, "middle");
    }

    /** Mark the quoted rows, else the passage's. */
    function mark(at) {
      const quoted = places.quoted(parts, at).map(({ part }) => part);
      cited = new Set(quoted.length ? quoted : places.partsOf(parts, at.passage));
      const [first = -1] = cited;
      paint(first);
      return first >= 0;
    }

    function search(words) {
      found = words ? [...new Set(find(words).map(({ part }) => part))] : [];
      now = -1;
      paint(-1);
      return found.length;
    }

    function show(n) {
      now = n;
      paint(found[n]);
    }

    /** Leave the place as it was. */
    function leave() {
      left = true;
      dash_clientside.set_props(place.id, { children: null });
    }

    return { root: null, mark, search, nearest: () => 0, show, heard: () => null, leave };
  }

  /** What a function gives once it gives something. */
  function until(given) {
    return new Promise((resolve) => {
      const look = () => {
        let found = null;
        try {
          found = given();
        } catch {
          // The grid says so where it isn't there yet.
        }
        if (found) resolve(found);
        else requestAnimationFrame(look);
      };
      look();
    });
  }

  footnote.sourceTable = { table };
})(window.footnote);
