/**
 * Who the members of the cluster are, and whether this one is among the many.
 *
 * <p>Read {@link dev.parley.edge.cluster.ClusterSettings}, {@link dev.parley.edge.cluster.SameCluster} (who may join),
 * {@link dev.parley.edge.cluster.Membership} (what this member knows of the others), {@link
 * dev.parley.edge.cluster.MemberFigures} (what members tell of themselves). Where rooms live is left to sharding.
 */
package dev.parley.edge.cluster;
