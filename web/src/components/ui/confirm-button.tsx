import { type ReactNode, useEffect, useRef, useState } from "react";
import { announce } from "@/lib/announce";
import { Button, type ButtonProps } from "./button";

interface ConfirmButtonProps extends Omit<ButtonProps, "onClick" | "variant"> {
  /** Words of the second step, for example "Confirm delete?". */
  readonly question: string;
  readonly onConfirm: () => void;
  readonly variant?: ButtonProps["variant"];
}

const SECONDS = 5;

/** A destructive act in two presses: the first asks for 5 s in the same place, Esc cancels. */
export function ConfirmButton({
  question,
  onConfirm,
  children,
  variant = "default",
  ...rest
}: ConfirmButtonProps): ReactNode {
  const [asking, setAsking] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const cancel = () => {
    clearTimeout(timer.current);
    setAsking(false);
  };
  const press = () => {
    if (asking) {
      cancel();
      onConfirm();
      return;
    }
    setAsking(true);
    announce(`${question} Press again within ${SECONDS} seconds, Escape cancels.`);
    timer.current = setTimeout(() => setAsking(false), SECONDS * 1000);
  };
  return (
    <Button
      {...rest}
      variant={asking ? "danger-outline" : variant}
      onClick={press}
      onBlur={cancel}
      onKeyDown={(event) => {
        if (event.key === "Escape" && asking) {
          event.preventDefault();
          event.stopPropagation();
          cancel();
        }
      }}
    >
      {asking ? question : children}
    </Button>
  );
}
