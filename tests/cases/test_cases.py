import pytest

from tests.cases.cases import Case, adapter_of, all_cases, folder


@pytest.mark.parametrize("case", list(all_cases()), ids=lambda case: case.name)
def test_the_services_answer_the_case(case: Case):
    """The rule stands in the case's own `name`."""
    if case.body is None:
        pytest.skip(f"the acceptance cases of {case.area} are not in {folder()} (CASES_DIR names another folder)")
    adapter = adapter_of(case.area)
    answer = adapter.answer(case.body["given"])
    same = getattr(adapter, "same", lambda expect, given: expect == given)
    assert same(case.body["expect"], answer), f"{case.body['name']}\nexpected {case.body['expect']}\nanswered {answer}"
