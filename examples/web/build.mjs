// Build the page into dist/; with --serve, serve it at http://localhost:5173 as well.
// JIUYE_URL is where the service is. It must be started with ALLOWED_ORIGINS=http://localhost:5173.
import { cpSync } from 'node:fs';
import { context } from 'esbuild';

const graph = process.env.JIUYE_URL ?? 'http://127.0.0.1:8000/graphql';
cpSync('public', 'dist', { recursive: true });
const building = await context({
  entryPoints: ['src/main.tsx'],
  bundle: true,
  minify: true,
  target: 'es2022',
  outdir: 'dist',
  define: { GRAPH_URL: JSON.stringify(graph), 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});
await building.rebuild();
if (process.argv.includes('--serve')) {
  await building.serve({ servedir: 'dist', host: 'localhost', port: 5173 });
  console.log(`http://localhost:5173 asks ${graph}`);
} else {
  await building.dispose();
}
