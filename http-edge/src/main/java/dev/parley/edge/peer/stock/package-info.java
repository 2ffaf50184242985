/**
 * The two stock clients of the protocol as servers meet them, defects and reconnect rules included (spec 03 §11, 02
 * §2.4): peers to test with.
 *
 * <p>Read {@link dev.parley.edge.peer.stock.StockClient}, its two forms {@link dev.parley.edge.peer.stock.DocClient} and
 * {@link dev.parley.edge.peer.stock.NpmClient}, and {@link dev.parley.edge.peer.stock.StockGraph}. They are written from
 * the protocol's description and share nothing with the correct peer of {@link dev.parley.edge.peer}.
 */
package dev.parley.edge.peer.stock;
