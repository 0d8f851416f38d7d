// An empty canvas says how to begin.
import { editor } from "../editor";
import { given, t } from "../given";
import { Icon } from "./Icon";

export const Start = () => (
  <div className="start">
    <Icon name="git-branch" className="icon-lg" />
    <h2>{t("start_title")}</h2>
    <p className="text-secondary">{t("start_more")}</p>
    <div className="btn-list justify-content-center">
      <button type="button" className="btn btn-primary" onClick={() => editor.show("add")}><Icon name="plus" />{t("start_trigger")}</button>
      <a className="btn" href={`${given.all}new`}><Icon name="template" />{t("start_ready")}</a>
    </div>
  </div>
);
