/** What a chart or a table shows, read from the properties of its Dash component: a row for each point. */
(function (root) {
  "use strict";

  const ARRAYS = {
    f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array, i2: Int16Array, u2: Uint16Array, i1: Int8Array,
    u1: Uint8Array,
  };

  /** The values of a trace's axis: plotly sends numbers as they lie in memory. @returns {any[]} */
  function values(given) {
    if (Array.isArray(given)) return given;
    const kind = ARRAYS[given?.dtype];
    if (!kind || typeof given.bdata !== "string") return [];
    const bytes = Uint8Array.from(atob(given.bdata), (letter) => letter.charCodeAt(0));
    return [...new kind(bytes.buffer)];
  }

  const titled = (axis, fallback) => axis?.title?.text ?? (typeof axis?.title === "string" ? axis.title : fallback);

  /** @param {{data: object[], layout?: object}} figure */
  function ofFigure({ data = [], layout = {} }) {
    const traces = data.map(({ name, x, y, labels, values: parts }) => {
      const up = values(y ?? parts);
      return { name, across: x || labels ? values(x ?? labels) : [...up.keys()], up }; // plotly counts from 0 too
    });
    const several = traces.length > 1;
    const columns = [titled(layout.xaxis, "x"), titled(layout.yaxis, "y")];
    const rows = traces.flatMap(({ name, across, up }) =>
      across.map((at, n) => (several ? [name ?? "", at, up[n]] : [at, up[n]])),
    );
    return { columns: several ? [titled(layout.legend, "series"), ...columns] : columns, rows };
  }

  /** @param {object} props of a Graph, a DataTable or an AG Grid @returns {?object} */
  function shown(props) {
    if (props.figure) return ofFigure(props.figure);
    const records = props.virtualRowData ?? props.derived_virtual_data ?? props.rowData ?? props.data;
    return Array.isArray(records) ? records : null;
  }

  if (typeof module !== "undefined") module.exports = { shown };
  else (root.footnoteHost = root.footnoteHost || {}).shown = shown;
})(typeof window === "undefined" ? globalThis : window);
