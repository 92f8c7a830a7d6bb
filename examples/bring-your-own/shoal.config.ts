import { command, fleet, node } from "shoal/fleet";

// Programs that know nothing of Shoal, in one fleet.
export default fleet("bring-your-own", {
  shop: node("apps/shop/server.js"), // Express
  catalog: node("apps/catalog/server.js"), // Fastify
  stock: node("apps/stock/server.js", { instances: 2 }), // bare node:http
  reports: command("python3 apps/reports.py", { health: "/health" }), // Python, standard library only
  pages: command('python3 -m http.server "$PORT" --bind 127.0.0.1 --directory pages'), // one line of shell that listens
  ticker: command('while sleep 10; do echo "it is $(date +%T)"; done', { listens: false }), // and one that does not
});
