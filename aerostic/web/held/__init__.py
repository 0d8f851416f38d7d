"""What detection holds back, honoured where people and programs come in; and telling detectors who came."""
