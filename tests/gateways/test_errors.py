from consoleapp.gateways import errors


def _kinds() -> list[type[errors.GatewayError]]:
    found: list[type[errors.GatewayError]] = []
    queue = [errors.GatewayError]
    while queue:
        kind = queue.pop()
        own = [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]
        found += own
        queue += own
    return found


def test_every_kind_has_a_name_of_its_own() -> None:
    names = [kind.kind for kind in _kinds()]
    assert len(set(names)) == len(names) == 14


def test_the_text_carries_code_and_request_id() -> None:
    error = errors.OutOfStock("none left", code="OperationDenied.NoStock", request_id="R-1", http_status=403)
    assert str(error) == "OperationDenied.NoStock: none left (request id R-1)"


def test_the_text_is_the_bare_sentence_when_no_answer_came() -> None:
    assert str(errors.Unreachable("no connection")) == "no connection"


def test_an_invalid_parameter_names_its_field() -> None:
    error = errors.InvalidParameter("no", field="Cpu", code="InvalidParameter")
    assert (error.field, error.code, error.http_status, error.response_date) == ("Cpu", "InvalidParameter", 0, None)


def test_a_read_without_an_answer_may_be_repeated_like_one_that_was_never_sent() -> None:
    assert issubclass(errors.Unavailable, errors.Unreachable)
    assert not issubclass(errors.OutcomeUnknown, errors.Unreachable)
