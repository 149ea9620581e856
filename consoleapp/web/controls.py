"""A form field as pages show it: the control's element, its label, hint and error; every id resolves.

Django renders a widget through two to four nested templates, an option through one each; here the element and its row
are written at once, from the very context that the widget gives its own template. Widgets this module does not know
fall back to it. Layouts are in `crispy.py`.
"""

from collections.abc import Iterable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from django.forms import BoundField, widgets
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Control = dict[str, Any]


class Option(str):
    """The label of one choice, with a quieter second text and the reason it cannot be chosen, if it cannot."""

    detail: str
    disabled: bool
    off: bool

    def __new__(cls, label: str, detail: str = "", *, disabled: bool = False, off: bool = False) -> "Option":
        """Make an option; `disabled` cannot be chosen, `off` can be but is drawn as the exception (a size not sold)."""
        option = super().__new__(cls, label)
        option.detail, option.disabled, option.off = detail, disabled, off
        return option


def control(
    field: BoundField,
    *,
    look: str = "",
    width: str = "",
    unit: Any = "",
    bare: str = "",
    label: Any = None,
    says: bool = True,
    attrs: Mapping[str, str] = MappingProxyType({}),
) -> Control:
    """Return everything `written` shows of a field.

    Looks of choices: "" (a list), "seg" (one bar). `width`: "s", "m", "l" or "" for all there is.
    `says`: False leaves out what the form says beside the field, for who writes it elsewhere.
    `bare`: "bare" leaves out the row and the label, "part" puts a small label above. `attrs` go to the control, or to
    the group of a choice.
    """
    widget = field.field.widget
    is_choice = isinstance(widget, widgets.RadioSelect)  # CheckboxSelectMultiple is one too
    built = field.build_widget_attrs({} if is_choice else dict(attrs))
    if field.auto_id and "id" not in widget.attrs:
        built["id"] = field.auto_id
    context = widget.get_context(field.html_name, field.value(), built)["widget"]
    errors = field.errors
    shown: Control = {
        "name": field.name,
        "id": field.auto_id,
        # Said here, once: what is said later is looked up each time that somebody looks at it.
        "label": str(field.label if label is None else label),
        "required": field.field.required,
        "hint": str(field.help_text),
        "error": " ".join(filter(None, map(str, errors))) if errors else "",
        "unit": str(unit),
        "bare": bare,
        "look": look,
        "kind": "plain",
        "html": "",
        # What a form has to say at its field besides: HTML.
        "beside": field.form.beside(field.name) if says and hasattr(field.form, "beside") else "",
    }
    if widget.is_hidden or isinstance(widget, widgets.CheckboxInput):
        shown["kind"] = "hidden" if widget.is_hidden else "check"
        shown["html"] = element(context, "")
    elif is_choice:
        shown["kind"] = "options"
        shown["options"] = _options(context)
        shown["group"] = _group(field, look, attrs)
    elif widget.template_name in _ELEMENTS:
        shown["html"] = element(context, f"in {width}" if width else "in")
    else:
        shown["html"] = SafeString(field)
    return shown


def escaped(value: Any) -> str:
    """Return a value as it stands in HTML; nearly all are plain texts, on which Django spends three times as long."""
    return escape(value) if type(value) is str else conditional_escape(value)


def written(shown: Control) -> SafeString:
    """Return the row of a control as HTML: label, element, error, hint; without white space, which is sent too."""
    if shown["kind"] == "hidden":
        return SafeString(shown["html"])
    at, label = escaped(shown["id"]), escaped(shown["label"])
    html = _body(shown, at)
    if error := shown["error"]:
        html += f'<div class="err" id="{at}_error"><span>{escaped(error)}</span></div>'
    html += shown["beside"]
    if hint := shown["hint"]:
        html += f'<div class="hint" id="{at}_helptext">{escaped(hint)}</div>'
    if shown["bare"] == "bare":
        return SafeString(html)
    if shown["bare"] == "part":
        return SafeString(f'<div class="part"><label for="{at}">{label}</label>{html}</div>')
    if shown["required"]:
        label += '<span class="req" aria-hidden="true">*</span>'
    if shown["kind"] == "options":
        head = f'<span class="label" id="{at}_label">{label}</span>'
    else:
        head = f'<label for="{at}">{label}</label>'
    return SafeString(f'<div class="row">{head}<div>{html}</div></div>')


def _body(shown: Control, at: str) -> str:
    """Return the element with what stands beside it; of a choice, all its options."""
    html, unit = shown["html"], escaped(shown["unit"])
    if shown["kind"] == "check":
        beside = f'<label for="{at}">{unit}</label>' if unit else ""
        return f'<div class="check">{html}{beside}</div>'
    if shown["kind"] == "options":
        css_class = "" if shown["look"] == "seg" else "opt"
        options = "".join(f'<label class="{css_class}">{_option(each)}</label>' for each in shown["options"])
        return f"<div{shown['group']}>{options}</div>"
    return f'<div class="inline">{html}<span class="unit">{unit}</span></div>' if unit else html


def _option(option: Mapping[str, Any]) -> str:
    detail = f" <small>{escaped(option['detail'])}</small>" if option["detail"] else ""
    return f"{option['html']}<span>{escaped(option['label'])}{detail}</span>"


def element(context: dict[str, Any], css_class: str) -> SafeString:
    """Return the control's HTML element, from a widget's own template context."""
    attrs = context["attrs"]
    if css_class:
        attrs["class"] = f"{css_class} {attrs['class']}" if "class" in attrs else css_class
    name, value = context["name"], context["value"]
    if "optgroups" in context:
        return SafeString(f"<select{attributes({'name': name, **attrs})}>{_choices(context['optgroups'])}</select>")
    if "type" not in context:
        text = escaped(value or "")
        return SafeString(f"<textarea{attributes({'name': name, **attrs})}>\n{text}</textarea>")
    head = {"type": context["type"], "name": name}
    if value is not None and context["type"] != "password":
        head["value"] = value
    return SafeString(f"<input{attributes({**head, **attrs})}>")


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Return attributes as they stand in a tag; one that is True stands without a value, False and None do not at all.

    Django's `flatatt` formats each by itself and costs five times as much; a page has a thousand.
    """
    written = (
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in attrs.items()
        if value is not None and value is not False
    )
    return SafeString("".join(written))


_ELEMENTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("text", "number", "email", "url", "password", "hidden", "textarea", "select", "date", "input")
) | {"django/forms/widgets/datetime.html", "django/forms/widgets/time.html"}


def _choices(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> str:
    parts = []
    for group, options, _index in groups:
        inner = "".join(map(_choice, options))
        parts.append(f'<optgroup label="{escaped(group)}">{inner}</optgroup>' if group else inner)
    return "".join(parts)


def _choice(option: dict[str, Any]) -> str:
    label = option["label"]
    disabled, detail = getattr(label, "disabled", False), getattr(label, "detail", "")
    attrs = attributes({"value": option["value"], "selected": option["selected"], "disabled": disabled})
    return f"<option{attrs}>{escaped(f'{label} · {detail}' if detail else label)}</option>"


def _options(context: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for group, options, _index in context["optgroups"]:
        for option in options:
            attrs = {"type": option["type"], "name": option["name"], "value": option["value"], **option["attrs"]}
            label = option["label"]
            if getattr(label, "disabled", False):
                attrs["disabled"] = True
            rows.append(
                {
                    "html": SafeString(f"<input{attributes(attrs)}>"),
                    "label": label,
                    "detail": getattr(label, "detail", ""),
                    "off": getattr(label, "off", False),
                    "group": group,
                }
            )
    return rows


def _group(field: BoundField, look: str, extra: Mapping[str, str]) -> SafeString:
    role = "group" if isinstance(field.field.widget, widgets.CheckboxSelectMultiple) else "radiogroup"
    attrs = {"role": role, "id": field.auto_id, "aria-labelledby": f"{field.auto_id}_label", **extra}
    if described := field.aria_describedby:
        attrs["aria-describedby"] = described
    attrs["class"] = look or "opts"
    return attributes(attrs)
