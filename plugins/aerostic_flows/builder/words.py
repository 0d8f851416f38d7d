"""Every word of the builder, marked for translation. The island has none of its own."""

from aerostic.sdk import N_

from .board import translate

WORDS = {
    # What can be done.
    "do_add_step": N_("Add a step"),
    "do_connect_to": N_("Lead to a step"),
    "do_edit_step": N_("Open its form"),
    "do_delete": N_("Delete"),
    "do_delete_close": N_("Delete and close the gap"),
    "do_undo": N_("Undo"),
    "do_redo": N_("Redo"),
    "do_copy": N_("Copy"),
    "do_paste": N_("Paste"),
    "do_duplicate": N_("Duplicate"),
    "do_choose_all": N_("Choose everything"),
    "do_tidy": N_("Tidy up"),
    "do_add_note": N_("Put a note"),
    "do_search": N_("Find a step"),
    "do_problems": N_("What is wrong"),
    "do_fit": N_("Show all of it"),
    "do_zoom_in": N_("Zoom in"),
    "do_zoom_out": N_("Zoom out"),
    "do_outline": N_("Outline"),
    "do_save_now": N_("Save now"),
    "do_publish": N_("Publish"),
    "do_commands": N_("Commands"),
    "do_shortcuts": N_("Keys"),
    "do_walk": N_("To the next step"),
    "do_nudge": N_("Move what is chosen"),
    "keys_mouse": N_(
        "Shift and drag chooses a region. A connection dropped on empty ground asks for the next step. A step dropped on a"
        " connection is put into it."
    ),
    # The frame.
    "acts": N_("What can be done"),
    "back": N_("Back to the flow"),
    "canvas": N_("Canvas"),
    "close": N_("Close"),
    "chosen": N_("%(count)s chosen"),
    "empty": N_("This flow is empty."),
    "find_step": N_("Find a kind of step"),
    "minimap": N_("The whole flow in small"),
    "narrow": N_("Type to narrow the list"),
    "nothing_found": N_("Nothing fits. Try another word."),
    "palette": N_("Steps to choose from"),
    "read_only": N_("To look at only"),
    "start_title": N_("How shall it begin?"),
    "start_more": N_(
        "Put the step that starts the flow here, then what follows. It does nothing until you publish it."
    ),
    "start_trigger": N_("Choose a beginning"),
    "start_ready": N_("Ready flows and files"),
    # Steps, their ways and their forms.
    "step": N_("step"),
    "goes_on": N_("Goes on"),
    "run_ends": N_("the run ends"),
    "ways_out": N_("Where it leads"),
    "new_step": N_("a new step ..."),
    "add_behind": N_("add a step"),
    "insert_here": N_("Put a step in here"),
    "cut_way": N_("Cut this connection"),
    "kind_gone": N_("not there"),
    "kind_gone_more": N_("This kind of node is not there. Switch on the plugin that brings it, or replace the node."),
    "problems_here": N_("%(count)s to be mended"),
    "hints_here": N_("There is a hint"),
    "properties": N_("Form of the step"),
    "optional": N_("optional"),
    "more_of_step": N_("Name, repeats and place"),
    "own_name": N_("What you call it"),
    "retries": N_("Tried again after a failure that may pass"),
    "as_kind_has_it": N_("as usual for this kind"),
    "place_x": N_("From the left"),
    "place_y": N_("From the top"),
    "id": N_("Name in expressions"),
    "name": N_("Name"),
    "value": N_("Value"),
    "add_entry": N_("Add one"),
    "take_away": N_("Take away"),
    "move_up": N_("Move up"),
    "fill_in": N_("Fill in something that is known"),
    "for_example": N_("For example:"),
    "note": N_("Note"),
    "note_text": N_("What it says"),
    "note_empty": N_("An empty note"),
    # Saving.
    "saved": N_("Saved %(time)s"),
    "waiting": N_("Changed"),
    "saving": N_("Saving"),
    "offline": N_("Offline, kept in this browser"),
    "retrying": N_("Not saved yet, trying again"),
    "signed_out": N_("Signed out, kept in this browser"),
    "refused": N_("Not saved"),
    "conflict": N_("Changed by somebody else"),
    "signed_out_more": N_(
        "You are signed out. Sign in again in another tab; what you have drawn is kept here and saved then."
    ),
    "sign_in": N_("Sign in"),
    "try_again": N_("Try again"),
    "refused_more": N_("This cannot be saved as it is. What you have drawn is kept in this browser."),
    "conflict_title": N_("Somebody else has saved this flow at %(time)s."),
    "conflict_more": N_("Nothing was overwritten, and what you have drawn is still here."),
    "take_theirs": N_("Load theirs (undo brings yours back)"),
    "mine_as_copy": N_("Keep mine as a copy"),
    "overwrite": N_("Put mine in its place"),
    "copy_of": N_("Copy of %(name)s"),
    "copy_failed": N_("The copy could not be made. Try again in a moment."),
    # Problems and publishing.
    "problems": N_("%(count)s to look at"),
    "no_problems": N_("Nothing is wrong"),
    "hint": N_("a hint"),
    "blocked": N_("This flow cannot be published yet. Mend what is marked, then try again."),
    "publish_more": N_("New runs take this version from now on; those that go on keep theirs."),
    "publish_note": N_("What has changed"),
    "publish_waits": N_("The last change is still being saved."),
    "published_now": N_("Version %(number)s is published: new runs take it."),
    "is_published": N_("Version %(number)s"),
    "not_done": N_("This could not be done. Try again in a moment."),
}


def told() -> dict[str, str]:
    """The words in the reader's language."""
    return {name: translate(text) for name, text in WORDS.items()}
