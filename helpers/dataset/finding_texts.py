"""The sentences of the dataset checks: code → what is wrong, how to put it right.

A code may have a sentence of its own for one detail: `"wrong_kind chat"`.
"""

from __future__ import annotations

from helpers.engine.text.row_reader import MAX_LINE_BYTES
from helpers.ground.texts import _


def sentences() -> dict[str, tuple[str, str]]:
    """All of them, in the learner's language."""
    megabytes = MAX_LINE_BYTES // 2**20
    return {
        # the file
        "missing_file": (_("There is no such file."), _("Look at the path: {detail}")),
        "not_a_file": (_("This is a folder, not a file."), _("Name the .jsonl file in it.")),
        "unreadable_file": (
            _("The file cannot be opened ({detail})."),
            _("Close it elsewhere, check its rights."),
        ),
        "wrong_extension": (
            _("The name ends in {detail}, and the service takes .jsonl only."),
            _("Write one JSON object per line and give the file a name ending in .jsonl."),
        ),
        "too_large": (
            _("The file has {detail} MB; the hosted service takes 512 MB at most."),
            _("Split it, or keep the best examples."),
        ),
        "empty_file": (_("The file holds no examples."), _("Write one conversation per line.")),
        "binary": (
            _("This is not a text file."),
            _("Export it as JSON Lines: a spreadsheet or a zip file cannot be read."),
        ),
        "utf16": (
            _("The file is text in {detail}; the service reads UTF-8."),
            _('Save it with the encoding "UTF-8" (in PowerShell: -Encoding utf8).'),
        ),
        "nothing_to_learn": (
            _("In every example all answers have the weight 0: nothing is learned."),
            _("Give at least one answer the weight 1, or no weight."),
        ),
        "bom": (
            _("An invisible byte order mark (BOM) stands at the beginning; it is skipped."),
            _('Better save it as "UTF-8" without BOM: other programs may stumble.'),
        ),
        "too_few_examples": (
            _("The file has {detail} example(s), the service asks for {minimum} or more."),
            _("Add examples: 50 to 100 are a good start."),
        ),
        # a line
        "line_too_long": (
            _("This line is longer than {size} MB.").format(size=megabytes),
            _("Is a line break missing? Each example has its own line."),
        ),
        "not_utf8": (_("This line is not UTF-8 ({detail})."), _('Save the file with the encoding "UTF-8".')),
        "invalid_json": (
            _("Not valid JSON: {detail}."),
            _("Look there for a missing quote, comma or bracket; write files with json.dumps."),
        ),
        "lone_surrogate": (
            _("A text holds half of a character (a lone surrogate): it was cut in the middle of an emoji."),
            _("Write that text again; cut texts by characters, not by bytes."),
        ),
        "not_an_object": (
            _("This line is a JSON {detail}, not an object."),
            _('Each line looks like {{"messages": […]}}.'),
        ),
        "duplicate_example": (
            _("The same example stands in line {detail} already."),
            _("Remove one, unless it should count twice."),
        ),
        # the kind of example
        "unexpected_format": (
            _('There is no "messages" here (keys: {detail}).'),
            _('Put the conversation into a list called "messages".'),
        ),
        "wrong_kind": (
            _("This is the {detail} format, made for another training method."),
            _("Choose the method that fits the file, or another file."),
        ),
        "wrong_kind chat": (
            _("This is the chat format, made for supervised training."),
            _('Choose that method (in these checks kind="chat"), or a file of preference pairs.'),
        ),
        "wrong_kind preference": (
            _("This is the preference format, made for direct preference optimisation (DPO)."),
            _('Choose that method (in these checks kind="preference"), or a file of conversations.'),
        ),
        "wrong_kind prompt/completion": (
            _("This is the older prompt/completion format, which chat models do not learn from."),
            _('Make messages of it: {{"messages": [{{"role": "user", …}}, {{"role": "assistant", …}}]}}.'),
        ),
        "wrong_kind reinforcement": (
            _("This looks like a row for reinforcement fine-tuning: a question, and what a grader needs."),
            _("To train on answers, add the answer as an assistant message and remove the other keys."),
        ),
        # a message
        "missing_role": (
            _("Message {message} has no role."),
            _("Say whose words they are: system, user or assistant."),
        ),
        "unrecognized_role": (
            _('Message {message} has the unknown role "{detail}".'),
            _("The roles are system, user and assistant."),
        ),
        "missing_content": (
            _("Message {message} has no text as its content."),
            _("Give it a text (an answer must not be empty)."),
        ),
        "content_not_text": (
            _("Message {message}: the content is a JSON {detail}, not a text."),
            _("Put it in quotes; json.dumps makes a text of a list."),
        ),
        "content_not_offered": (
            _("Message {message} holds {detail}, which are not offered here: only text is read."),
            _("Leave them out, or describe them in words. Hosted vision models take images."),
        ),
        "unknown_part": (
            _('Message {message} has a part of the unknown type "{detail}".'),
            _('A part looks like {{"type": "text", "text": …}}.'),
        ),
        "extra_key": (
            _('An unknown key, "{detail}".'),
            _("Remove it; weight is allowed in assistant messages only."),
        ),
        "invalid_weight": (
            _("Message {message} has the weight {detail}."),
            _("A weight is 0 (skip) or 1 (learn)."),
        ),
        # a conversation
        "empty_messages": (_('"messages" is not a list with messages in it.'), _("Add the conversation.")),
        "message_not_object": (
            _("Message {message} is a JSON {detail}, not an object."),
            _('Each message looks like {{"role": …, "content": …}}.'),
        ),
        "no_assistant_message": (
            _('No message of the role "assistant": there is no answer to learn.'),
            _("Add the answer you would like to get."),
        ),
        "last_not_assistant": (
            _("The last message is not the assistant's."),
            _("What follows the last answer is never learned; remove it or add the answer."),
        ),
        "no_trained_message": (
            _("Every answer has the weight 0: nothing is learned here."),
            _("Give at least one answer the weight 1."),
        ),
        "shared_example": (
            _("The same question stands in {detail}: a score on it would measure memory."),
            _("Keep it in one of the two files."),
        ),
        "mixed_system": (
            _("The system message differs from that of line {detail}."),
            _("Use one wording, in training and later in every request, unless the difference is meant."),
        ),
        "missing_system": (
            _("There is no system message."),
            _("That is fine if later requests have none either; otherwise add it."),
        ),
        "missing_user": (
            _("There is no user message: an answer without a question."),
            _("Add what the answer is an answer to, unless the model is to begin by itself."),
        ),
        "cut_example": (
            _("Longer than the {detail} tokens that the mock cloud's small model reads: the rest is cut."),
            _("Shorten it or split the conversation; hosted models read more."),
        ),
        "left_out_example": (
            _("The answer begins beyond the {detail} tokens that the mock cloud's small model reads."),
            _("It is left out there: shorten what stands before the answer. Hosted models read more."),
        ),
        "all_too_long": (
            _("All examples are too long: no answer begins within the {detail} tokens of the small model."),
            _("Shorten what stands before the answers, or train on a hosted model (COURSE_MODE=live)."),
        ),
        # tools
        "invalid_tool": (
            _("The definition of a tool is wrong: {detail}."),
            _('It looks like {{"type": "function", "function": {{"name": …, "parameters": {{…}}}}}}.'),
        ),
        "invalid_tool_call": (
            _("Message {message}: the call of a tool is wrong: {detail}."),
            _('It looks like {{"id": …, "type": "function", "function": {{"name": …, "arguments": …}}}}.'),
        ),
        "arguments_not_json": (
            _('Message {message}: the arguments of "{detail}" are not a text with a JSON object.'),
            _("Write them with json.dumps."),
        ),
        "undefined_tool": (
            _('Message {message} calls "{detail}", which the tools of this example do not define.'),
            _("Add its definition, as later requests will have it."),
        ),
        "missing_tool_call_id": (
            _("Message {message} answers a tool call and does not say which."),
            _('Give it the "tool_call_id" of the call.'),
        ),
        "unanswered_tool_call": (
            _('Message {message}: the tool call "{detail}" gets no answer.'),
            _('Let a message of the role "tool" with that tool_call_id follow, or end with the call.'),
        ),
        "tool_without_call": (
            _('Message {message} answers the tool call "{detail}", which the message before does not make.'),
            _("Put it right after the call that it answers."),
        ),
        # preference pairs
        "preference_missing_input": (
            _("There is no question: input.messages is missing."),
            _('Each line looks like {{"input": {{"messages": […]}}, "preferred_output": […], …}}.'),
        ),
        "preference_missing_output": (
            _("{detail} is missing."),
            _("Give it one assistant message in a list."),
        ),
        "preference_invalid_output": (
            _("{detail} is not one single assistant message."),
            _("Give it one assistant message in a list."),
        ),
    }
