package dev.parley.edge.peer.stock;

/** A room token as an application hands it over: a JSON object for {@code hello.token}, and when it ends. */
public record StockToken(String json, long expirySeconds) {}
