import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "@/lib/query";
import { reloadOnStaleChunk } from "@/lib/stale-chunk";
import { startTheme } from "@/lib/theme";
import { createAppRouter } from "@/routes/router";
import "@/styles/app.css";

const router = createAppRouter();
reloadOnStaleChunk();
startTheme();

const element = document.getElementById("root");
if (element) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
