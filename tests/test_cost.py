"""What a question of a large place holds and does: as much as it answers, not all that is there."""

from timeline.scratch import scratch


def test_all_that_a_piece_of_work_keeps_in_a_file_is_one_transaction() -> None:
    """Else each row that is put in order would be written out by itself."""
    db = scratch("CREATE TABLE kept (one); CREATE TABLE more (one)")
    assert db.in_transaction
    db.executemany("INSERT INTO kept VALUES (?)", [(2,), (1,)])
    assert db.execute("SELECT * FROM kept ORDER BY one").fetchall() == [(1,), (2,)]
    db.close()
