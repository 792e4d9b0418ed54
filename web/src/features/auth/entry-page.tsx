import type { ReactNode } from "react";
import { Logo } from "@/components/shell/logo";

interface EntryPageProps {
  readonly title: string;
  readonly line: string;
  readonly children: ReactNode;
  /** Beside the form, below it on phones. */
  readonly aside?: ReactNode;
  /** For forms too long to stand in the middle of the height. */
  readonly tall?: boolean;
}

/** A page for people who are not signed in: the product's name, a title, a form. */
export function EntryPage({ title, line, children, aside, tall = false }: EntryPageProps): ReactNode {
  return (
    <div className="flex min-h-dvh max-md:flex-col">
      <main className="flex min-w-0 flex-1 flex-col px-16 max-sm:px-5">
        <div className="flex h-22 flex-none items-center gap-2.75 font-heading text-field font-semibold tracking-[-0.01em] text-heading max-sm:h-18">
          <Logo />
          ResolutionFlow
        </div>
        <div className={`mx-auto w-full max-w-90 pb-10 max-md:mt-6 ${tall ? "mt-[9dvh]" : "mt-[20dvh]"}`}>
          <h1 className="text-page">{title}</h1>
          <p className="mb-4 mt-0.5 text-bubble text-muted-foreground">{line}</p>
          {children}
        </div>
      </main>
      {aside}
    </div>
  );
}
