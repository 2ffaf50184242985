/**
 * Ways to find what two sides lack of each other, behind one reconciler, kept up to date node by node.
 *
 * <p>Read {@link dev.parley.core.reconcile.Reconciler}, {@link dev.parley.core.reconcile.StandardReconciler},
 * {@link dev.parley.core.reconcile.Ibf}, {@link dev.parley.core.reconcile.Mst}. Painting back from heads and the order
 * of sending belong to {@code history}; who may have what belongs to {@code access}.
 */
package dev.parley.core.reconcile;
